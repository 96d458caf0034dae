"""The log says what happened, and nothing that it was not allowed to say."""

from __future__ import annotations

import io
import logging
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.core.plan.credentials import Secret
from emi_installer.local import logs
from emi_installer.local.logs import KEYS, log, start_logging, stop_logging
from tests.support.shared import ROOT

TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z ")


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    stop_logging()


@pytest.fixture
def place() -> Path:
    return start_logging(verbose=False)


def lines(place: Path) -> list[str]:
    """The log without its times."""
    written = place.read_text(encoding="utf-8").splitlines()
    assert all(TIME.match(line) for line in written)
    return [TIME.sub("", line) for line in written]


def test_a_line_is_an_event_with_its_facts(place: Path) -> None:
    log("graph", method="GET", path="/me?$select=id", status=200, duration_ms=12.5, batched=True, request_id=None)
    log("start", verb="apply", step="Ça va, Żółw?", code="")
    assert lines(place) == [
        "graph method=GET path=/me status=200 duration_ms=12.5 batched=true",
        'start verb=apply step="Ça va, Żółw?" code=""',
    ]


def test_it_lies_in_the_log_folder_for_this_user_alone(place: Path) -> None:
    log("start")
    assert place.is_relative_to(platformdirs.user_log_dir("EMI Installer", appauthor=False))
    if os.name == "posix":
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700


def test_what_has_no_key_is_left_out(place: Path) -> None:
    log("sign-in", client_secret="hidden1", access_token="hidden2", user="hidden3", detail="hidden4", status=200)
    log("sign-in", step=Secret("hidden5"), code=["hidden6"], scenario={"hidden7": 1}, problem="hidden8")
    assert lines(place) == ["sign-in status=200", "sign-in step=<Secret> code=<list> scenario=<dict>"]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("admin@contoso.com asked", '"<hidden> asked"'),
        ("Bearer eyJ0eXAiOiJKV1Qi.eyJhdWQi.c2ln-bmF0", '"Bearer <hidden>"'),
        ('a "quoted" word', "\"a 'quoted' word\""),
        ("a=b", '"a=b"'),
        ("a\nstart verb=apply", '"a<U+000A>start verb=apply"'),
        ("\x1b[31m", "<U+001B>[31m"),
        ("\N{LINE SEPARATOR}\N{RIGHT-TO-LEFT OVERRIDE}\udc80", "<U+2028><U+202E><U+DC80>"),
        ("x" * 100_000, "x" * 299 + "…"),
    ],
)
def test_values_stay_on_their_line_and_give_no_person_away(place: Path, given: str, shown: str) -> None:
    log("event", step=given)
    assert lines(place) == [f"event step={shown}"]


FIELDS = st.dictionaries(
    st.sampled_from(sorted(KEYS)) | st.text(), st.text() | st.floats() | st.integers() | st.binary() | st.none()
)
LINE = re.compile(r"event(?: (?:" + "|".join(KEYS) + r')=(?:"[^"]*"|[^\s"=]+))*')


@given(FIELDS)
def test_whatever_is_logged_is_one_line_of_keys_on_the_list(fields: dict[str, object]) -> None:
    place = start_logging(verbose=False)
    before = place.stat().st_size
    log("event", **fields)
    stop_logging()
    written = place.read_bytes()[before:].decode().replace("\r\n", "\n")  # Windows ends lines with both
    assert written.endswith("\n")
    assert written[:-1].isprintable()
    assert LINE.fullmatch(TIME.sub("", written[:-1]))


def fail(text: str) -> None:
    raise ValueError(text) from OSError(text)


def test_an_exception_is_shown_by_type_and_place_alone(place: Path) -> None:
    code = compile("def boom(fail): fail('hidden1')", "somewhere", "exec")
    ours: dict[str, object] = {"__name__": "emi_installer.core.example"}
    exec(code, ours)  # noqa: S102 - a frame of a module of ours
    with pytest.raises(ValueError, match="hidden1") as raised:
        ours["boom"](fail)  # type: ignore[operator]
    log("unexpected", problem=raised.value)
    log("refused", problem=error(Code.NO_CONTACT_CENTER, details="hidden2"))
    assert lines(place) == [
        'unexpected problem="ValueError < emi_installer.core.example:1, caused by OSError"',
        'refused problem="InstallerError(no-contact-center)"',
    ]


def test_the_causes_of_an_exception_come_to_an_end(place: Path) -> None:
    first, second = ValueError(), TypeError()
    first.__context__, second.__context__ = second, first
    log("unexpected", problem=first)
    assert lines(place)[0].count("caused by") == 4


def test_libraries_do_not_reach_it(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("msal", "urllib3.connectionpool", "requests", "emi_installer.entra.graph", "emi_installer"):
        logging.getLogger(name).critical("a token")
    log("start")
    assert lines(place) == ["start"]
    assert "a token" not in "".join(capsys.readouterr())


def test_warnings_of_libraries_stay_off_standard_error() -> None:
    program = """if True:
        import logging
        from emi_installer.local.logs import start_logging
        start_logging(verbose=False)
        logging.getLogger("urllib3").warning("a token")
    """
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("", "")


def test_verbose_shows_the_same_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    place = start_logging(verbose=True)
    log("start", verb="plan", token="hidden")
    out, err = capsys.readouterr()
    assert (out, err) == ("", place.read_text(encoding="utf-8"))
    assert err.endswith(" start verb=plan\n")


def test_without_a_start_nothing_is_written_or_printed(capsys: pytest.CaptureFixture[str]) -> None:
    log("start")
    assert capsys.readouterr() == ("", "")
    assert not Path(platformdirs.user_log_dir("EMI Installer", appauthor=False)).exists()


def test_starting_again_goes_on_in_the_same_file() -> None:
    start_logging(verbose=False)
    log("start", verb="plan")
    place = start_logging(verbose=False)
    log("start", verb="apply")
    assert lines(place) == ["start verb=plan", "start verb=apply"]


def test_a_large_log_is_put_aside(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    monkeypatch.setattr(logs, "LARGEST", 10)
    for verb in ("plan", "apply", "verify"):
        start_logging(verbose=False)
        log("start", verb=verb)
    stop_logging()
    assert lines(place) == ["start verb=verify"]
    assert lines(place.with_name("emi-installer.old.log")) == ["start verb=apply"]
    assert len(list(place.parent.iterdir())) == 2


def test_a_folder_that_takes_no_log_stops_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(platformdirs.user_log_dir("EMI Installer", appauthor=False))
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.touch()
    place = start_logging(verbose=True)
    log("start")
    assert place.parent == folder
    assert capsys.readouterr().err.endswith(" start\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full to stand in for a full disk")
def test_a_full_disk_stops_nobody(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stop_logging()
    place.unlink()
    place.symlink_to("/dev/full")
    start_logging(verbose=False)
    log("start")
    stop_logging()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("stream", [None, io.StringIO()])
def test_a_window_has_no_standard_error(stream: io.StringIO | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    start_logging(verbose=True)
    if stream is not None:
        stream.close()
    log("start")
