"""What copying and pasting leaves around an answer does no harm; what could hide something is refused by name."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emi_installer.core.desired.blueprint import parse_blueprint
from emi_installer.core.desired.cleaning import cleaned, cleaned_path, same_text
from emi_installer.core.desired.contact_center import parse_contact_center
from emi_installer.core.desired.fields import parse_app_name, parse_client_id, parse_cloud, parse_tenant
from emi_installer.core.desired.preset import parse_preset
from emi_installer.core.errors.invalid import InvalidAnswer
from emi_installer.core.text import is_control, one_line
from tests.support.refusals import refused
from tests.support.shared import ROOT

BLUEPRINT = parse_blueprint((ROOT / "resources" / "emi.toml").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 23)
GUID = "12345678-90ab-cdef-1234-567890abcdef"
PORTAL = "https://portal.azure.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Overview/appId/"
SAFE = "https://nam02.safelinks.protection.outlook.com/?url="

AROUND = [
    "{}",
    " {}\t",
    "\N{NO-BREAK SPACE}{}\N{NARROW NO-BREAK SPACE}",
    "\N{ZERO WIDTH SPACE}{}\N{ZERO WIDTH NO-BREAK SPACE}",
    "\N{LEFT-TO-RIGHT EMBEDDING}{}",
    '"{}"',
    "'{}'",
    "`{}`",
    "<{}>",
    "{{{}}}",
    "({})",
    "\N{LEFT DOUBLE QUOTATION MARK}{}\N{RIGHT DOUBLE QUOTATION MARK}",
    "\N{DOUBLE LOW-9 QUOTATION MARK}{}\N{LEFT DOUBLE QUOTATION MARK}",
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK} {} \N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}",
    ' "\N{ZERO WIDTH SPACE}{{{}}}" ',
]


@pytest.mark.parametrize("around", AROUND)
def test_every_answer_is_cleaned_alike(around: str) -> None:
    assert parse_app_name(around.format("Acme EMI")) == "Acme EMI"
    assert parse_client_id(around.format(GUID.upper())) == GUID
    assert parse_tenant(around.format("Contoso.com")) == "contoso.com"
    assert parse_tenant(around.format(GUID)) == GUID
    assert parse_cloud(around.format("global")).key == "global"
    assert cleaned_path(around.format(r"C:\Users\Ada\My values.txt")) == r"C:\Users\Ada\My values.txt"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("O'Brien's", "O'Brien's"),
        ('The "EMI"', 'The "EMI"'),
        ('"EMI" and "Teams"', '"EMI" and "Teams"'),
        ("(EMI) Teams (Prod)", "(EMI) Teams (Prod)"),
        ("Acme\N{NO-BREAK SPACE}EMI", "Acme EMI"),
        ("Équipe 中文 \N{FAMILY}", "Équipe 中文 \N{FAMILY}"),
        ("\N{MAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}", "\N{MAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}"),
        ("\N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}", "\N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}"),
    ],
)
def test_what_belongs_to_a_name_stays(text: str, name: str) -> None:
    assert parse_app_name(text) == name


@pytest.mark.parametrize(
    ("char", "name"),
    [
        ("\N{SOFT HYPHEN}", "SOFT HYPHEN <U+00AD>"),
        ("\N{ZERO WIDTH SPACE}", "ZERO WIDTH SPACE <U+200B>"),
        ("\N{LEFT-TO-RIGHT MARK}", "LEFT-TO-RIGHT MARK <U+200E>"),
        ("\N{ARABIC LETTER MARK}", "ARABIC LETTER MARK <U+061C>"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}", "RIGHT-TO-LEFT OVERRIDE <U+202E>"),
        ("\N{TAG LATIN SMALL LETTER A}", "TAG LATIN SMALL LETTER A <U+E0061>"),
        ("\N{HANGUL FILLER}", "HANGUL FILLER <U+3164>"),
        ("\N{BRAILLE PATTERN BLANK}", "BRAILLE PATTERN BLANK <U+2800>"),
        ("\U000e0002", "<U+E0002>"),
        ("\x1b", "<U+001B>"),
    ],
)
def test_what_hides_inside_a_name_is_refused_by_name(char: str, name: str) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        parse_app_name(f"Ac{char}me")
    assert name in refused.value.problem
    assert one_line(f"Ac{char}me") == "Ac me"


@pytest.mark.parametrize(
    "link",
    [
        PORTAL + GUID,
        PORTAL + GUID + "/isMSAApp~/false",
        f"https://login.microsoftonline.com/{GUID}/oauth2/v2.0/token",
    ],
)
def test_an_id_is_taken_out_of_its_link(link: str) -> None:
    assert parse_client_id(link) == GUID
    assert parse_tenant(f"<{link}>") == GUID


def test_a_link_with_two_ids_is_nobodys_guess() -> None:
    with refused("is not an Application"):
        parse_client_id(f"{PORTAL}{GUID}/objectId/{GUID.replace('1', '2')}")


@pytest.mark.parametrize("text", ["https://contoso.onmicrosoft.com/", "http://contoso.onmicrosoft.com"])
def test_a_domain_is_taken_out_of_its_link(text: str) -> None:
    assert parse_tenant(text) == "contoso.onmicrosoft.com"


@pytest.mark.parametrize("path", ["%2Fagentdesktop%2F&data=05%7C02&reserved=0", "", "%2F&amp;data=x"])
def test_a_link_that_outlook_wrapped_is_unwrapped(path: str) -> None:
    text = f"{SAFE}https%3A%2F%2Facme.brightpattern.com{path}"
    assert parse_contact_center(text, BLUEPRINT).host == "acme.brightpattern.com"


@pytest.mark.parametrize(
    "text", ["https://evil.example/?url=https%3A%2F%2Facme.brightpattern.com", SAFE, "https://[::1/?url=x"]
)
def test_other_links_are_not_followed(text: str) -> None:
    with pytest.raises(InvalidAnswer):
        parse_contact_center(text, BLUEPRINT)


@pytest.mark.parametrize(
    "line",
    [
        "app_name = \N{LEFT DOUBLE QUOTATION MARK}Acme EMI\N{RIGHT DOUBLE QUOTATION MARK}",
        "app_name = \N{LEFT SINGLE QUOTATION MARK}Acme EMI\N{RIGHT SINGLE QUOTATION MARK}",
        'app_name\N{NO-BREAK SPACE}= "Acme EMI"',
    ],
)
def test_a_preset_may_come_out_of_a_word_processor(line: str) -> None:
    assert parse_preset(line.encode(), "emi-installer.toml", BLUEPRINT, TODAY).app_name == "Acme EMI"


def test_quotation_marks_inside_a_value_stay() -> None:
    name = "\N{LEFT DOUBLE QUOTATION MARK}EMI\N{RIGHT DOUBLE QUOTATION MARK} of Acme"
    assert parse_preset(f'app_name = "{name}"'.encode(), "p.toml", BLUEPRINT, TODAY).app_name == name


def test_an_invisible_character_in_a_preset_is_named() -> None:
    data = 'cloud = "global"\napp_name\N{ZERO WIDTH SPACE} = "Acme"'.encode()
    with refused(r"Line 2 .* ZERO WIDTH SPACE"):
        parse_preset(data, "p.toml", BLUEPRINT, TODAY)


@pytest.mark.parametrize("typed", ["Acme EMI", " Acme\N{NO-BREAK SPACE}EMI ", '"Acme  EMI"'])
def test_a_name_can_be_typed_however_its_blanks_are_written(typed: str) -> None:
    assert same_text(typed, "Acme\N{NO-BREAK SPACE}EMI")
    assert not same_text(typed, "AcmeEMI")


@given(st.text())
def test_cleaning_twice_changes_nothing_more_of_a_name(text: str) -> None:
    try:
        name = parse_app_name(text)
    except InvalidAnswer:
        return
    assert not any(map(is_control, name))
    assert parse_app_name(name) == name


@given(st.text())
def test_what_is_left_after_cleaning_was_there_before(text: str) -> None:
    assert all(char in text or char == " " for char in cleaned(text))
