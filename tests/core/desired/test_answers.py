"""The rules of the answers: what is accepted, what is refused and why, and which answer wins."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emi_installer.core.desired.answers import (
    ContactCenter,
    InvalidAnswer,
    Months,
    Preset,
    Until,
    make_answers,
    make_sign_in_client,
    parse_app_name,
    parse_client_id,
    parse_cloud,
    parse_contact_center,
    parse_secret_expires,
    parse_secret_months,
    parse_tenant,
    with_contact_center_of,
)
from emi_installer.core.desired.blueprint import parse_blueprint
from emi_installer.core.desired.clouds import CLOUDS
from emi_installer.core.errors.errors import InstallerError
from emi_installer.core.errors.kinds import ErrorKind
from emi_installer.wording.errors import explain
from tests.support.shared import ROOT

BLUEPRINT = parse_blueprint((ROOT / "resources" / "emi.toml").read_text(encoding="utf-8"))
ACME = ContactCenter(host="acme.brightpattern.com")
ACME_URI = "https://acme.brightpattern.com/agentdesktop/msteamscallback.html"
TODAY = date(2026, 11, 23)
GUID = "12345678-90ab-cdef-1234-567890abcdef"


def _utc(parts: tuple[int, ...]) -> datetime:
    year, month, day, hour, minute = (*parts, 0, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def parse(text: str) -> ContactCenter:
    return parse_contact_center(text, BLUEPRINT)


class TestContactCenter:
    @pytest.mark.parametrize(
        "text",
        [
            "acme.brightpattern.com",
            "acme.brightpattern.com/",
            "acme.brightpattern.com//",
            "acme.brightpattern.com.",
            "acme.brightpattern.com:443",
            "acme.brightpattern.com:0443/",
            "https://acme.brightpattern.com",
            "https://acme.brightpattern.com./",
            "https://acme.brightpattern.com:443/agentdesktop/",
            "https://acme.brightpattern.com/agentdesktop",
            "https://acme.brightpattern.com/agentdesktop/msteamscallback.html",
            "HTTPS://ACME.BrightPattern.COM/AgentDesktop/MSTeamsCallback.HTML/",
            "  \t https://acme.brightpattern.com \r\n",
            "\N{NO-BREAK SPACE}acme.brightpattern.com\N{ZERO WIDTH SPACE}",
            "\N{ZERO WIDTH NO-BREAK SPACE}acme.brightpattern.com\N{WORD JOINER}",
            '"acme.brightpattern.com"',
            "\N{LEFT DOUBLE QUOTATION MARK} acme.brightpattern.com \N{RIGHT DOUBLE QUOTATION MARK}",
            "\N{DOUBLE LOW-9 QUOTATION MARK}acme.brightpattern.com\N{LEFT DOUBLE QUOTATION MARK}",
            "<https://acme.brightpattern.com>",
        ],
    )
    def test_every_spelling_gives_the_one_redirect_uri(self, text: str) -> None:
        assert parse(text).redirect_uri(BLUEPRINT) == ACME_URI

    @pytest.mark.parametrize("port", [1, 8443, 65535])
    def test_another_port_stays(self, port: int) -> None:
        assert parse(f"a.b.example:{port}/").url == f"https://a.b.example:{port}"

    def test_names_may_be_as_long_as_the_standards_say(self) -> None:
        label, rest = "a" * 63, 256 - len(ACME_URI) + len(ACME.host)
        longest = ".".join([label, label, label, "b" * (rest - 3 * 64)])
        assert len(parse(longest).redirect_uri(BLUEPRINT)) == 256
        with pytest.raises(InvalidAnswer, match="257 characters"):
            parse(longest + "b")

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", "it is empty"),
            (" \N{ZERO WIDTH SPACE}'' ", "it is empty"),
            ("a" * 2049, "far too long"),
            ("http://acme.brightpattern.com", "http is not encrypted"),
            ("HTTP:acme.brightpattern.com", "http is not encrypted"),
            ("ftp://acme.brightpattern.com", 'starts with "ftp:"'),
            ("file:///etc/passwd", 'starts with "file:"'),
            ("javascript:alert(1)", 'starts with "javascript:"'),
            ("https:acme.brightpattern.com", 'starts with "https:"'),
            ("https:/acme.brightpattern.com", 'starts with "https:"'),
            ("https://", "the host name is missing"),
            ("https:///agentdesktop", "the host name is missing"),
            ("https://:8443", "the host name is missing"),
            (".", "the host name is missing"),
            ("user@acme.brightpattern.com", "user name"),
            ("https://acme.brightpattern.com@evil.example", "user name"),
            ("https://user:password@acme.brightpattern.com", "user name"),
            ("user:password@acme.brightpattern.com", "user name"),
            ("acme.brightpattern.com:0", 'no port "0"'),
            ("acme.brightpattern.com:65536", 'no port "65536"'),
            ("acme.brightpattern.com:" + "9" * 1000, "no port"),
            ("acme.brightpattern.com:", "is not a number"),
            ("acme.brightpattern.com:+443", "is not a number"),
            ("acme.brightpattern.com:\N{ARABIC-INDIC DIGIT FOUR}43", "is not a number"),
            ("acme.brightpattern.com:https", "is not a number"),
            ("127.0.0.1", "is an IP address"),
            ("https://10.1.2.3:8443/agentdesktop", "is an IP address"),
            ("0x7f.1", "is an IP address"),
            ("0177.0.0.1", "is an IP address"),
            ("2130706433", "is an IP address"),
            ("0x7F000001", "is an IP address"),
            ("acme.brightpattern.0x", "is an IP address"),
            ("[::1]", "is an IP address"),
            ("https://[2001:db8::1]:443/", "is an IP address"),
            ("[acme].example", "can't be part of a host name"),
            ("2001:db8::1", "is an IP address"),
            ("localhost", "this computer"),
            ("LOCALHOST:8080", "this computer"),
            ("acme.localhost", "this computer"),
            ("acme", "no dot"),
            ("acme.", "no dot"),
            ("acme..com", "a dot in it"),
            (".acme.com", "a dot in it"),
            ("acme.com..", "a dot in it"),
            ("a" * 64 + ".com", "longer than 63"),
            (".".join(["a" * 60] * 5), "longer than 253"),
            (".".join(["a" * 60] * 4), "285 characters"),
            ("my_center.brightpattern.com", "can't be part of a host name"),
            ("-acme.com", "can't be part of a host name"),
            ("acme-.com", "can't be part of a host name"),
            ("*.brightpattern.com", "can't be part of a host name"),
            ("acme%2ecom.example", "can't be part of a host name"),
            ("acme,brightpattern.com", "can't be part of a host name"),
            ("acme.brightpattern.com?x=1", "a ? or #"),
            ("acme.brightpattern.com/agentdesktop/#/home", "a ? or #"),
            ("acme.brightpattern.com#@evil.example", "a ? or #"),
            ("acme.brightpattern.com/admin", 'the path "/admin"'),
            ("acme.brightpattern.com/agentdesktop/../x", "the path"),
            ("acme.brightpattern.com//agentdesktop", "the path"),
            ("acme.brightpattern.com/agentdes\N{KELVIN SIGN}top", "the path"),
            ("//acme.brightpattern.com", "the path"),
            ("https:\\\\acme.brightpattern.com", "backslash"),
            ("acme brightpattern.com", "a blank"),
            ("acme\t.brightpattern.com", 'invisible character in it: "<U+0009>"'),
            ("acme\x00.brightpattern.com", "<U+0000>"),
            ("\x07acme.brightpattern.com", "<U+0007>"),
            ("acme.\N{ZERO WIDTH SPACE}brightpattern.com", "<U+200B>"),
            ("acme.bright\N{RIGHT-TO-LEFT OVERRIDE}pattern.com", "<U+202E>"),
            ("acme\udc80.brightpattern.com", "<U+DC80>"),
        ],
    )
    def test_what_is_wrong_is_refused_with_what_is_right(self, text: str, problem: str) -> None:
        with pytest.raises(InvalidAnswer) as refused:
            parse(text)
        assert explain(refused.value).title.startswith("Contact center URL: ")
        assert problem in explain(refused.value).title
        assert explain(refused.value).remedy
        assert refused.value.code == "invalid-answer"
        assert refused.value.kind is ErrorKind.FIX

    @pytest.mark.parametrize(
        ("host", "shown"),
        [
            ("acm\N{CYRILLIC SMALL LETTER IE}.brightpattern.com", "xn--acm-tdd.brightpattern.com"),
            ("acm\N{CYRILLIC SMALL LETTER IE}.brightpattern.com", "CYRILLIC SMALL LETTER IE"),
            ("b\N{LATIN SMALL LETTER U WITH DIAERESIS}ro.example", "xn--bro-hoa.example"),
            ("xn--bro-hoa.example", "b\N{LATIN SMALL LETTER U WITH DIAERESIS}ro.example"),
            ("XN--BRO-HOA.example", "b\N{LATIN SMALL LETTER U WITH DIAERESIS}ro.example"),
            ("\N{FULLWIDTH LATIN SMALL LETTER A}cme.example", "computers read the host as acme.example"),
            ("acme\N{IDEOGRAPHIC FULL STOP}example", "acme.example"),
            ("ACM\N{LATIN CAPITAL LETTER E WITH ACUTE}.EXAMPLE", "as xn--acm-dma.example"),
            ("acme.\N{COMBINING ACUTE ACCENT}", "COMBINING ACUTE ACCENT"),
            ("\N{SLIGHTLY SMILING FACE}" * 100 + ".example", "SLIGHTLY SMILING FACE"),
            ("xn--a\N{LATIN SMALL LETTER E WITH ACUTE}.example", "LATIN SMALL LETTER E WITH ACUTE"),
            ("xn--99999999999.example", "nothing that can be read"),
        ],
    )
    def test_a_look_alike_is_shown_as_what_it_is(self, host: str, shown: str) -> None:
        with pytest.raises(InvalidAnswer) as refused:
            parse(host)
        assert shown in str(refused.value)


LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True).filter(lambda x: not x.startswith("xn--"))
HOSTS = st.builds(
    lambda labels, top: ".".join([*labels, top]),
    st.lists(LABELS, min_size=1, max_size=4),
    st.from_regex(r"[a-z]{2,8}", fullmatch=True).filter(lambda x: x != "localhost"),
)
STRAY = st.text(" \t\r\n\"'<>\N{ZERO WIDTH SPACE}\N{NO-BREAK SPACE}\N{RIGHT SINGLE QUOTATION MARK}", max_size=4)
NEARLY = st.text("aA.:/@[]0x-_?#\\%é\N{CYRILLIC SMALL LETTER A} " + "comhttps", max_size=40)


@st.composite
def spellings(draw: st.DrawFn, host: str) -> str:
    scheme = draw(st.sampled_from(["", "https://"]))
    dot = draw(st.sampled_from(["", "."]))
    port = draw(st.sampled_from(["", ":443"]))
    path = draw(st.sampled_from(["", "/agentdesktop", "/agentdesktop/msteamscallback.html"]))
    plain = scheme + host + dot + port + path + "/" * draw(st.integers(0, 3))
    cased = draw(st.sampled_from([str.lower, str.upper, str.title]))(plain)
    return draw(STRAY) + cased + draw(STRAY)


@given(st.data())
def test_spellings_of_one_host_are_equal(data: st.DataObject) -> None:
    host = data.draw(HOSTS)
    assert parse(data.draw(spellings(host))) == ContactCenter(host=host)


@given(st.text() | NEARLY | st.builds("{}{}{}".format, NEARLY, HOSTS, NEARLY))
@example("https://0x7f.1")
@example("xn--\udcff.example")
def test_any_text_gives_a_sound_redirect_uri_or_a_reason(text: str) -> None:
    try:
        center = parse(text)
    except InstallerError as refused:
        assert (refused.code, str(refused).isprintable()) == ("invalid-answer", True)  # noqa: PT017 - either is right
        return
    uri = center.redirect_uri(BLUEPRINT)
    parts = urlsplit(uri)
    assert (parts.scheme, parts.path) == ("https", BLUEPRINT.redirect_path)
    assert (parts.username, parts.password, parts.query, parts.fragment) == (None, None, "", "")
    assert parts.hostname == center.host == center.host.lower()
    assert parts.port == center.port != 443
    assert uri.isascii()
    assert len(uri) <= 256
    assert parse(center.url) == parse(uri) == center


MOMENTS = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis adds the time zone
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


class TestSecretLifetime:
    @pytest.mark.parametrize(
        ("now", "months", "then"),
        [
            ((2026, 11, 23, 9, 30), 3, (2027, 2, 23, 9, 30)),
            ((2026, 11, 30, 9, 30), 3, (2027, 2, 28, 9, 30)),
            ((2027, 11, 30), 3, (2028, 2, 29)),
            ((2028, 2, 29), 12, (2029, 2, 28)),
            ((2026, 12, 31), 24, (2028, 12, 31)),
            ((2026, 6, 15), 6, (2026, 12, 15)),
        ],
    )
    def test_months_are_calendar_months(self, now: tuple[int, ...], months: int, then: tuple[int, ...]) -> None:
        assert Months(months=months).expires(_utc(now)) == _utc(then)

    def test_months_are_counted_in_utc(self) -> None:
        late = datetime(2026, 11, 30, 23, tzinfo=timezone(timedelta(hours=-5)))
        assert Months(months=3).expires(late).isoformat() == "2027-03-01T04:00:00+00:00"

    @given(MOMENTS, st.integers(1, 24))
    def test_months_end_in_the_month_that_is_meant(self, now: datetime, months: int) -> None:
        then = Months(months=months).expires(now)
        assert (then.year * 12 + then.month) - (now.year * 12 + now.month) == months
        assert then.timetz() == now.timetz()
        assert then.day == now.day or (then.day < now.day and (then + timedelta(days=1)).day == 1)

    def test_a_date_means_the_end_of_that_day(self) -> None:
        then = parse_secret_expires(" 2027-06-30 ", TODAY).expires(datetime(2026, 11, 23, tzinfo=UTC))
        assert then.isoformat() == "2027-06-30T23:59:59+00:00"

    @pytest.mark.parametrize("text", ["2026-11-24", "2028-11-23"])
    def test_the_first_and_the_last_day_that_are_allowed(self, text: str) -> None:
        assert parse_secret_expires(text, TODAY) == Until(day=date.fromisoformat(text))

    @pytest.mark.parametrize(
        ("text", "problem", "right"),
        [
            ("2026-11-23", "2026-11-23 is not in the future", "from 2026-11-24 to 2028-11-23"),
            ("2028-11-24", "2028-11-24 is too far ahead", "from 2026-11-24 to 2028-11-23"),
            ("2027-02-29", "is not a date", "such as 2027-11-23"),
            ("20270630", "is not a date", "year-month-day"),
            ("2027-W01-1", "is not a date", "year-month-day"),
            ("30.6.2027", "is not a date", "year-month-day"),
            ("\N{ARABIC-INDIC DIGIT TWO}027-06-30", "is not a date", "year-month-day"),
            ("0000-00-00", "is not a date", "year-month-day"),
            ("", "is not a date", "year-month-day"),
        ],
    )
    def test_other_dates_are_refused(self, text: str, problem: str, right: str) -> None:
        with pytest.raises(InvalidAnswer) as refused:
            parse_secret_expires(text, TODAY)
        assert problem in explain(refused.value).title
        assert right in explain(refused.value).remedy

    @pytest.mark.parametrize(("value", "months"), [(3, 3), ("6", 6), (" 12 ", 12), ("24", 24)])
    def test_the_choices_of_months(self, value: int | str, months: int) -> None:
        assert parse_secret_months(value, BLUEPRINT) == Months(months=months)

    @pytest.mark.parametrize("value", [0, 5, -3, 36, "", "twelve", "03", "1e1", "\N{ARABIC-INDIC DIGIT THREE}"])
    def test_other_months_are_refused(self, value: int | str) -> None:
        with pytest.raises(InvalidAnswer, match="Choose 3, 6, 12 or 24"):
            parse_secret_months(value, BLUEPRINT)


class TestAppName:
    @pytest.mark.parametrize(
        "text", ["EMI", "n" * 120, "Équipe Ünïcode 中文 \N{ROCKET}", "می\N{ZERO WIDTH NON-JOINER}خواهم"]
    )
    def test_names_are_kept_as_they_are(self, text: str) -> None:
        assert parse_app_name(f"  {text}\n") == text

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            (" \n", "it is empty"),
            ("n" * 121, "it has 121 characters"),
            ("a\nb", "<U+000A>"),
            ("a\x1b[31mb", "<U+001B>"),
            ("a\N{LINE SEPARATOR}b", "<U+2028>"),
            ("a\N{RIGHT-TO-LEFT OVERRIDE}b", "<U+202E>"),
            ("a\udc80", "<U+DC80>"),
        ],
    )
    def test_what_could_hide_something_is_refused(self, text: str, problem: str) -> None:
        with pytest.raises(InvalidAnswer) as refused:
            parse_app_name(text)
        assert problem in explain(refused.value).title


class TestTenantClientAndCloud:
    @pytest.mark.parametrize("text", ["contoso.com", "contoso.onmicrosoft.com", GUID, "xn--bro-hoa.example", "a.io"])
    def test_a_tenant_is_an_id_or_a_domain(self, text: str) -> None:
        assert parse_tenant(f" {text.upper()} ") == text

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("common", "any account"),
            ("Organizations", "any organization"),
            ("consumers", "personal"),
            ("9188040D-6C67-4C5B-B112-36A304B66DAD", "personal"),
            ("admin@contoso.com", "is an account"),
            ("https://contoso.com", "neither"),
            ("contoso", "neither"),
            ("contoso..com", "neither"),
            ("-contoso.com", "neither"),
            ("b\N{LATIN SMALL LETTER U WITH DIAERESIS}ro.example", "neither"),
            ("10.0.0.1", "neither"),
            ("contoso.com/../common", "neither"),
            (GUID + "0", "neither"),
            (f"{{{GUID}}}", "neither"),
            (".".join(["a" * 60] * 5), "neither"),
            ("", "neither"),
        ],
    )
    def test_what_is_not_one_tenant_is_refused(self, text: str, problem: str) -> None:
        with pytest.raises(InvalidAnswer) as refused:
            parse_tenant(text)
        assert problem in explain(refused.value).title
        assert "contoso.onmicrosoft.com" in explain(refused.value).remedy

    def test_a_client_id_is_an_id(self) -> None:
        assert parse_client_id(f" {GUID.upper()}\n") == GUID
        for text in ("", "Azure CLI", GUID[:-1], GUID.replace("-", "")):
            with pytest.raises(InvalidAnswer, match="is not an Application"):
                parse_client_id(text)

    def test_clouds_are_known_by_their_keys(self) -> None:
        assert [parse_cloud(f" {key.upper()}\n") for key in CLOUDS] == list(CLOUDS.values())
        with pytest.raises(InvalidAnswer, match="Choose one of global, us-gov, us-gov-dod, china"):
            parse_cloud("azure")

    @given(st.text())
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        for rule in (parse_app_name, parse_tenant, parse_client_id, parse_cloud):
            try:
                rule(text)
            except InstallerError as refused:
                assert str(refused).isprintable()  # noqa: PT017 - either is right


class TestMakeAnswers:
    preset = Preset(
        contact_center=ContactCenter(host="preset.brightpattern.com"),
        app_name="Preset",
        secret_lifetime=Until(day=date(2027, 1, 1)),
        cloud=CLOUDS["china"],
        tenant="preset.example",
        sign_in_client=make_sign_in_client(BLUEPRINT, GUID, "Vendor"),
        support_contact="Ask Acme",
    )

    def test_defaults_are_the_blueprints(self) -> None:
        answers = make_answers(BLUEPRINT, None, today=TODAY)
        assert answers.contact_center is None
        assert answers.tenant is None
        assert answers.support_contact is None
        assert (answers.app_name, answers.cloud) == ("Bright Pattern EMI", CLOUDS["global"])
        assert answers.secret_lifetime == Months(months=24)
        assert answers.sign_in_client == BLUEPRINT.sign_in_client

    def test_the_preset_wins_over_the_blueprint(self) -> None:
        answers = make_answers(BLUEPRINT, self.preset, today=TODAY)
        for field in self.preset.__slots__:
            if field in ("purpose", "requested_by"):  # what a request is about, not an answer
                continue
            assert getattr(answers, field) == getattr(self.preset, field)

    def test_what_is_typed_wins_over_the_preset(self) -> None:
        answers = make_answers(
            BLUEPRINT,
            self.preset,
            contact_center="acme.brightpattern.com",
            app_name="Typed",
            secret_months="6",
            cloud="us-gov",
            tenant="typed.example",
            client_id=BLUEPRINT.sign_in_client.client_id,
            today=TODAY,
        )
        assert answers.contact_center == ACME
        assert (answers.app_name, answers.tenant) == ("Typed", "typed.example")
        assert (answers.secret_lifetime, answers.cloud) == (Months(months=6), CLOUDS["us-gov"])
        assert answers.sign_in_client == BLUEPRINT.sign_in_client
        assert answers.support_contact == "Ask Acme"

    def test_a_typed_client_keeps_its_known_name_and_has_the_same_scopes(self) -> None:
        for preset, name in ((self.preset, "Vendor"), (None, f"application {GUID}")):
            client = make_answers(BLUEPRINT, preset, client_id=GUID, today=TODAY).sign_in_client
            assert (client.name, client.client_id) == (name, GUID)
            assert client.scopes == BLUEPRINT.sign_in_client.scopes

    def test_months_and_a_last_day_exclude_each_other(self) -> None:
        assert make_answers(BLUEPRINT, None, secret_expires="2027-06-30", today=TODAY).secret_lifetime == Until(
            day=date(2027, 6, 30)
        )
        with pytest.raises(InvalidAnswer, match="Give one of the two"):
            make_answers(BLUEPRINT, None, secret_months=3, secret_expires="2027-06-30", today=TODAY)

    @pytest.mark.parametrize("host", ["acme.example", "brightpattern.com.evil.example", "evilbrightpattern.com"])
    def test_a_foreign_host_needs_a_persons_word(self, host: str) -> None:
        preset = Preset(contact_center=ContactCenter(host=host))
        for typed, given_preset in ((host, None), (None, preset)):
            with pytest.raises(InstallerError, match=host) as refused:
                make_answers(BLUEPRINT, given_preset, contact_center=typed, today=TODAY)
            assert refused.value.code == "untrusted-host"
            answers = make_answers(BLUEPRINT, given_preset, contact_center=typed, trust_host=True, today=TODAY)
            assert answers.host_confirmed
        assert not make_answers(BLUEPRINT, preset, contact_center=ACME.host, today=TODAY).host_confirmed

    @pytest.mark.parametrize("field", ["contact_center", "app_name", "cloud", "tenant", "client_id"])
    def test_an_empty_answer_is_refused_and_not_passed_over(self, field: str) -> None:
        with pytest.raises(InvalidAnswer):
            make_answers(BLUEPRINT, self.preset, today=TODAY, **{field: ""})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("uris", "host"),
    [
        ([ACME_URI], "acme.brightpattern.com"),
        ([ACME_URI, "https://intranet.contoso.com/signed-in"], "acme.brightpattern.com"),
        (["https://cc.example.com/agentdesktop/msteamscallback.html"], "cc.example.com"),
        ([ACME_URI, ACME_URI.replace("acme", "beta")], None),
        (["http://localhost/agentdesktop/msteamscallback.html"], None),
        ([], None),
    ],
)
def test_the_contact_center_that_the_tenant_knows(uris: list[str], host: str | None) -> None:
    unnamed = make_answers(BLUEPRINT, None, today=TODAY)
    found = with_contact_center_of(unnamed, uris, BLUEPRINT).contact_center
    assert (found.host if found else None) == host
    named = make_answers(BLUEPRINT, None, contact_center="beta.brightpattern.com", today=TODAY)
    assert with_contact_center_of(named, uris, BLUEPRINT) == named
