"""How old the program is: only a built one knows, and only an old one says it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emi_installer.__main__ import main
from emi_installer.local import age
from emi_installer.local.age import age_notice, origin
from release import project

BUILT = datetime(2026, 2, 28, 23, 59, tzinfo=UTC)


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the build writes, for a program of BUILT."""
    place = tmp_path / "origin.json"
    place.write_text(project.origin(str(int(BUILT.timestamp()))), encoding="utf-8")
    monkeypatch.setattr(age, "asset", lambda name: tmp_path / name)
    return place


@pytest.mark.parametrize(
    ("now", "months"),
    [("2026-03-01", None), ("2027-02-27", None), ("2027-02-28", 12), ("2027-03-27", 12), ("2029-01-31", 35)],
)
@pytest.mark.usefixtures("built")
def test_it_is_said_after_a_year(now: str, months: int | None) -> None:
    notice = age_notice(datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert (notice and notice.months) == months


@pytest.mark.usefixtures("built")
def test_a_clock_that_is_behind_makes_nothing_old() -> None:
    assert age_notice(datetime(2020, 1, 1, tzinfo=UTC)) is None


def test_a_checkout_has_no_age() -> None:
    assert (origin(), age_notice(datetime(2099, 1, 1, tzinfo=UTC))) == (None, None)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"built": "soon", "releases": "x"}', '{"built": 1}', "\udcff"])
def test_a_damaged_file_is_none(text: str, built: Path) -> None:
    built.write_bytes(text.encode(errors="surrogateescape"))
    assert origin() is None


@pytest.mark.usefixtures("built")
def test_the_version_names_where_newer_ones_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith(", built on 2026-02-28")
    assert second == f"Newer versions: {project.releases()}"


@pytest.mark.parametrize("kind", [[], ["--json"]], ids=["people", "programs"])
def test_the_console_says_it_first(kind: list[str], built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    built.write_text(project.origin("1577836800"), encoding="utf-8")  # years ago, whatever the clock says
    main(["plan", "--demo", "list", *kind])
    first = capsys.readouterr().out.splitlines()[0]
    if kind:
        told = json.loads(first)
        assert (told["event"], told["built"], told["releases"]) == ("old-program", "2020-01-01", project.releases())
    else:
        assert first.startswith("This program is ")
        assert project.releases() in first
