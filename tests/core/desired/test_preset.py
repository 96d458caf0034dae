"""A preset is untrusted: what is right is read, and what is wrong is named with file, key and remedy."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emi_installer.core.desired.answers import ContactCenter, Months, Until, make_answers
from emi_installer.core.desired.blueprint import parse_blueprint
from emi_installer.core.desired.clouds import CLOUDS
from emi_installer.core.desired.preset import Preset, parse_preset
from emi_installer.core.errors.errors import InstallerError
from emi_installer.wording.errors import explain
from tests.support.shared import ROOT

BLUEPRINT = parse_blueprint((ROOT / "resources" / "emi.toml").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 23)
GUID = "12345678-90ab-cdef-1234-567890abcdef"
FULL = f"""\
contact_center = "https://ACME.brightpattern.com/agentdesktop"
app_name = "Acme EMI"
secret_months = 12   # or secret_expires
cloud = "us-gov"
tenant = "Contoso.com"
support_contact = "Acme Support, +1 555 0100"

[sign_in_client]
name = "Acme sign-in"
client_id = "{GUID.upper()}"
"""


def parse(data: str | bytes, file: str = "emi-installer.toml") -> Preset:
    return parse_preset(data.encode() if isinstance(data, str) else data, file, BLUEPRINT, TODAY)


def refusal(data: str | bytes, file: str = "emi-installer.toml") -> InstallerError:
    with pytest.raises(InstallerError) as refused:
        parse(data, file)
    assert str(refused.value).isprintable()
    return refused.value


@pytest.mark.parametrize("data", [FULL, "\ufeff" + FULL, FULL.replace("\n", "\r\n")], ids=["plain", "BOM", "CRLF"])
def test_everything_that_a_preset_can_say(data: str) -> None:
    preset = parse(data)
    assert preset.contact_center == ContactCenter(host="acme.brightpattern.com")
    assert (preset.app_name, preset.tenant) == ("Acme EMI", "contoso.com")
    assert (preset.secret_lifetime, preset.cloud) == (Months(months=12), CLOUDS["us-gov"])
    assert preset.support_contact == "Acme Support, +1 555 0100"
    client = preset.sign_in_client
    assert client is not None
    assert (client.name, client.client_id, client.scopes) == ("Acme sign-in", GUID, BLUEPRINT.sign_in_client.scopes)


@pytest.mark.parametrize("data", ["", "\ufeff", "# nothing\n"])
def test_everything_may_be_left_out(data: str) -> None:
    assert parse(data) == Preset()


def test_a_preset_may_be_as_large_as_it_may_be() -> None:
    line = "#" * 999 + "\n"
    assert parse("# " * 500 + "\n" + line * 64 + "\n" * (65536 - 1001 - 64_000)) == Preset()


@pytest.mark.parametrize("value", ["2027-06-30", '"2027-06-30"'])
def test_the_last_day_is_a_date_or_text(value: str) -> None:
    assert parse(f"secret_expires = {value}").secret_lifetime == Until(day=date(2027, 6, 30))


def test_a_sign_in_client_needs_no_name() -> None:
    named = parse(f'sign_in_client.client_id = "{BLUEPRINT.sign_in_client.client_id}"').sign_in_client
    nameless = parse(f'[sign_in_client]\nclient_id = "{GUID}"').sign_in_client
    assert named == BLUEPRINT.sign_in_client
    assert nameless is not None
    assert nameless.name == f"application {GUID}"


def test_a_preset_can_not_vouch_for_its_contact_center() -> None:
    preset = parse('contact_center = "evil.example"')
    with pytest.raises(InstallerError, match=r"evil\.example"):
        make_answers(BLUEPRINT, preset, today=TODAY)
    for key in ("trust_host", "host_confirmed"):
        assert f"{key}: there is no such key" in str(refusal(f"{key} = true"))


@pytest.mark.parametrize(
    ("data", "key", "problem", "right"),
    [
        ("contact_centre = 'x'", "contact_centre", "there is no such key", "contact_center is meant"),
        ("APP_NAME = 'x'", "APP_NAME", "there is no such key", "app_name is meant"),
        ("zzz = 1", "zzz", "there is no such key", "The keys are contact_center, app_name"),
        ('"a\\u202Eb\\n" = 1', "a<U+202E>b<U+000A>", "there is no such key", "The keys are"),
        (f"{'k' * 900} = 1", "k" * 79 + "…", "there is no such key", "The keys are"),
        ("app_name = 5", "app_name", "it is a whole number", "Write text in quotation marks"),
        ("app_name = ['a']", "app_name", "it is a list", "Write text in quotation marks"),
        ("app_name = {}", "app_name", "it is a section", "Write text in quotation marks"),
        ("[app_name]", "app_name", "it is a section", "Write text in quotation marks"),
        ("app_name = ''", "app_name", "it is empty", "leave it out"),
        (f"app_name = '{'n' * 121}'", "app_name", "it has 121 characters", "120"),
        ('app_name = "a\\nb"', "app_name", "<U+000A>", "Type it"),
        ("contact_center = 'http://acme.com'", "contact_center", "http is not encrypted", "https://"),
        ("contact_center = false", "contact_center", "it is true or false", "text"),
        ("secret_months = '12'", "secret_months", "it is text in quotation marks", "a whole number"),
        ("secret_months = true", "secret_months", "it is true or false", "a whole number"),
        ("secret_months = 12.0", "secret_months", "it is a number with a fraction", "a whole number"),
        ("secret_months = 5", "secret_months", '"5" is not one of the choices', "3, 6, 12 or 24"),
        (f"secret_months = 0x{'f' * 900}", "secret_months", "is not one of the choices", "3, 6, 12 or 24"),
        ("secret_expires = 2026-11-23", "secret_expires", "is not in the future", "2026-11-24"),
        ("secret_expires = 2027-06-30T12:00:00", "secret_expires", "a date with a time", "or a date"),
        ("secret_expires = 12:00:00", "secret_expires", "it is a time", "or a date"),
        ("secret_expires = '30 June'", "secret_expires", "is not a date", "year-month-day"),
        ("secret_expires = 2027-06-30\nsecret_months = 3", "secret_expires", "together with secret_months", "one of"),
        ("cloud = 'gov'", "cloud", 'no cloud "gov"', "us-gov-dod"),
        ("tenant = 'common'", "tenant", "any account", "contoso.onmicrosoft.com"),
        (f"support_contact = '{'s' * 301}'", "support_contact", "it has 301 characters", "300"),
        ('support_contact = "a\\u001Bb"', "support_contact", "<U+001B>", "Type it"),
        ("sign_in_client = 'x'", "sign_in_client", "it is text", "a section in [brackets]"),
        ("[[sign_in_client]]", "sign_in_client", "it is a list", "a section in [brackets]"),
        ("[sign_in_client]", "sign_in_client.client_id", "it is missing", "Application (client) ID"),
        ("[sign_in_client]\nclient_id = 5", "sign_in_client.client_id", "a whole number", "text"),
        ("[sign_in_client]\nclient_id = 'x'", "sign_in_client.client_id", "not an Application (client) ID", "Copy"),
        ("[sign_in_client]\nclientid = 'x'", "sign_in_client.clientid", "no such key", "client_id is meant"),
        (f"[sign_in_client]\nname = ''\nclient_id = '{GUID}'", "sign_in_client.name", "it is empty", "leave it out"),
    ],
)
def test_a_mistake_is_named_with_file_key_problem_and_remedy(data: str, key: str, problem: str, right: str) -> None:
    refused = refusal(data, "C:/Acme/preset.toml")
    assert refused.code == "preset-invalid"
    assert explain(refused).title.startswith(f"C:/Acme/preset.toml: {key}: ")
    assert problem in explain(refused).title
    assert right.lower() in explain(refused).title.lower()


def test_of_several_mistakes_the_same_one_is_named_each_time() -> None:
    for data in ("cloud = 1\napp_name = 1\nzzz = 1", "zzz = 1\napp_name = 1\ncloud = 1"):
        assert "zzz" in explain(refusal(data)).title
    for data in ("cloud = 1\napp_name = 1", "app_name = 1\ncloud = 1"):
        assert "app_name" in explain(refusal(data)).title


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("a =", "The end is not TOML: invalid value"),
        ("app_name = 'x'\nsecret months = 12", "Line 2 is not TOML: expected '=' after a key"),
        ("app_name = 'x'\napp_name = 'y'", "is not TOML: cannot overwrite a value"),
        ("<html>\r\n<body>", "Line 1 is not TOML: invalid statement"),
        ("a = '\x1b[31m'", "Line 1 is not TOML: found invalid character"),
        ("a = 1\x00", "Line 1 is not TOML"),
        ("secret_months = " + "9" * 900 + "\n" * 5 + "[", "is not TOML"),
        (b"app_name = 'x'\ntenant = '\xff'", "Line 2 is not UTF-8 text"),
        ("app_name = 'x'".encode("utf-16"), "saved as UTF-16"),
        ("app_name = 'x'".encode("utf-16-be"), "Line 1 is not TOML"),
        (b"MZ\x90\x00\x03", "Line 1 is not UTF-8 text"),
        ("#" * 65537, "larger than 64 KiB"),
        ("#" * 1001, "Line 1 is longer than 1000 characters"),
        ("\n" + "a." * 30_000 + "b = 1", "Line 2 is longer than 1000 characters"),
        ("a = " + "[\n" * 20_000, "nested too deeply"),
    ],
)
def test_what_is_not_toml_is_told_with_the_line(data: str | bytes, reason: str) -> None:
    refused = refusal(data, "C:/Acme/pre\x1b[set.toml")
    assert refused.code == "preset-unreadable"
    assert "C:/Acme/pre<U+001B>[set.toml" in explain(refused).title
    assert reason in explain(refused).explanation


def test_the_worst_preset_is_read_in_no_time() -> None:
    line = ".".join("a" * 490) + "{} = 1\n"
    data = "".join(line.format(f".b{n}") for n in range(65))
    started = time.perf_counter()
    assert "a: there is no such key" in explain(refusal(data)).title
    assert time.perf_counter() - started < 2


KEYS = st.sampled_from(FULL.replace("[", "").split()) | st.text(max_size=10)
NEARLY_TOML = st.lists(st.builds("{} = {}".format, KEYS, st.text(max_size=20)), max_size=5).map("\n".join)


@given(st.binary() | st.text().map(str.encode) | NEARLY_TOML.map(str.encode))
@example(b"app_name = 1979-05-27T07:32:00Z")
@example(b"secret_months = nan")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        parse(data)
    except InstallerError as refused:
        assert str(refused).isprintable()  # noqa: PT017 - either outcome is right
        assert refused.code in {"preset-invalid", "preset-unreadable"}  # noqa: PT017


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["name", "client_id"]), inner),
    max_leaves=3,
)


def toml(value: object) -> str:
    match value:
        case None:
            return "2027-06-30"
        case bool() | int():
            return str(value).lower()
        case str():
            return '"' + "".join(f"\\U{ord(char):08X}" for char in value) + '"'
        case list():
            return "[" + ", ".join(map(toml, value)) + "]"
        case dict():
            return "{" + ", ".join(f"{key} = {toml(inner)}" for key, inner in value.items()) + "}"
        case _:
            raise TypeError(value)


@given(st.sampled_from(["contact_center", "app_name", "secret_months", "secret_expires", "sign_in_client"]), VALUES)
def test_any_value_of_a_known_key_is_read_or_refused(key: str, value: object) -> None:
    try:
        parse(f"{key} = {toml(value)}")
    except InstallerError as refused:
        assert (refused.code, key in explain(refused).title) == ("preset-invalid", True)  # noqa: PT017 - either is right
