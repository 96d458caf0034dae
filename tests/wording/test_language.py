"""Every sentence passes one door, behind which another language can stand."""

from __future__ import annotations

import ast
import gettext
import io
import struct
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from string import Formatter

import pytest

from emi_installer.core.observed.checks import Check, Status
from emi_installer.core.observed.findings import SecretFound
from emi_installer.core.observed.tenant import SecretMetadata
from emi_installer.core.plan.changes import AddClientSecret
from emi_installer.core.plan.notices import KeptDeclarations, SecretLifetimeLimited
from emi_installer.wording import language
from emi_installer.wording.changes import describe
from emi_installer.wording.checks import check_line
from emi_installer.wording.language import _, day, day_and_time, ngettext
from emi_installer.wording.notices import left_alone_text, notice_text
from release.messages import messages, template
from tests.support.shared import ROOT

NOW = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
FOUND = messages(ROOT / "emi_installer")


def compiled(entries: dict[str, str]) -> gettext.GNUTranslations:
    """A catalogue as msgfmt compiles it; see https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html."""
    header = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=3; plural=n==1 ? 0 : n==2 ? 1 : 2;\n"
    pairs = sorted({"": header, **entries}.items())
    keys, values = ([text.encode() for text in texts] for texts in zip(*pairs, strict=True))
    start, tables, data = 28 + 16 * len(pairs), [b"", b""], b""
    for number, texts in enumerate((keys, values)):
        for text in texts:
            tables[number] += struct.pack("<II", len(text), start + len(data))
            data += text + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return gettext.GNUTranslations(io.BytesIO(head + tables[0] + tables[1] + data))


@pytest.fixture
def english() -> Iterator[None]:
    yield
    language.use(gettext.NullTranslations())


@pytest.mark.usefixtures("english")
def test_a_catalogue_speaks_in_place_of_english() -> None:
    one, many = "Declare {number} missing permission", "Declare {number} missing permissions"
    language.use(
        compiled(
            {
                "Create a client secret valid until {day}": "Bis {day} gültig: Geheimnis anlegen",
                f"{one}\0{many}": "eine\0zwei\0{number} viele",
            }
        )
    )
    assert describe(AddClientSecret(expires=NOW)).will == "Bis 2026-11-25 gültig: Geheimnis anlegen"
    assert [ngettext(one, many, number) for number in (1, 2, 5)] == ["eine", "zwei", "5 viele"]


class Marked(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return f"«{message}»"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"«{msgid1 if n == 1 else msgid2}»"


@pytest.mark.usefixtures("english")
def test_no_part_of_a_sentence_goes_round_the_catalogue() -> None:
    language.use(Marked())
    secret = SecretMetadata(key_id="k", name="EMI installer", expires=NOW)
    said = [
        notice_text(SecretLifetimeLimited(days=90)),
        left_alone_text(KeptDeclarations(number=1)),
        check_line(Check(status=Status.OK, finding=SecretFound(secret=secret, left=timedelta(days=3)))),
        *describe(AddClientSecret(expires=NOW)).details,
    ]
    assert said[0] == "«Your organization allows client secrets for 90 days at most.»"
    assert said[1] == "«1 declared permission that EMI does not need»"
    expires = "«EMI installer: «expires in 3 days, on 2026-11-25». Create a new one soon.»"
    assert said[2] == f"[«ok»] «Client secret»: {expires}"
    assert said[3].startswith("«Microsoft shows it only once")


def test_facts_from_outside_are_never_read_as_placeholders() -> None:
    assert _("Redirect URI {uri}", uri="{day} {0} %s") == "Redirect URI {day} {0} %s"


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (NOW, "2026-11-25"),
        (NOW.astimezone(timezone(timedelta(hours=9))), "2026-11-25"),
        (date(2026, 1, 2), "2026-01-02"),
    ],
)
def test_days_are_those_of_utc(moment: date, shown: str) -> None:
    assert day(moment) == shown


def test_moments_are_those_of_utc() -> None:
    assert day_and_time(NOW.astimezone(timezone(timedelta(hours=-5)))) == "2026-11-25 at 23:30 UTC"


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted((ROOT / "emi_installer").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                yield f"{path.relative_to(ROOT).as_posix()}:{node.lineno}", node


def test_every_sentence_gets_exactly_the_facts_that_it_names() -> None:
    wrong = []
    for place, call in calls():
        forms = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
        names = {name for form in forms for _, name, _, _ in Formatter().parse(str(form)) if name}
        given = {keyword.arg for keyword in call.keywords}
        if isinstance(call.func, ast.Name) and call.func.id == "ngettext":
            given.add("number")
            names.add("number")
        if names != given or None in given:
            wrong.append(f"{place}: {names} is not {given}")
    assert wrong == []


def test_every_sentence_can_be_collected() -> None:
    places = {place for message in FOUND for place in message.places}
    assert {place for place, _ in calls()} <= places
    plurals = {message.text: message.plural for message in FOUND if message.plural}
    assert plurals["{number} day"] == "{number} days"


def test_the_template_has_each_sentence_once() -> None:
    text = template(FOUND)
    assert text.count("\nmsgid ") == len(FOUND)
    assert 'msgid "Create a client secret valid until {day}"\nmsgstr ""\n' in text
    assert 'msgid_plural "{number} days"\nmsgstr[0] ""\nmsgstr[1] ""\n' in text
    assert "#: emi_installer/wording/changes.py:" in text


def test_a_sentence_that_is_put_together_is_refused(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / "module.py").write_text("_(f'{count} days')\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"package/module\.py:1"):
        messages(package)
