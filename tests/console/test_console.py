"""The console as people and programs meet it: questions, refusals, wrong turns, Ctrl-C, files that can't be written."""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emi_installer import wiring
from emi_installer.console.options import parser
from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.core.plan.events import ChangeDone, ChangeStarted, Checked, Event, VerificationStarted
from emi_installer.local.files import write_private
from emi_installer.setup import delivery
from emi_installer.setup.session import Connection
from emi_installer.simulator.faults import Normal, Refuse
from tests.support.journey import (
    Journey,
    assert_no_unsaved_secret,
    assert_secret_kept,
    assert_set_up,
    journey,
    watch_events,
)


@pytest.fixture
def trip(tmp_path: Path) -> Journey:
    return journey(tmp_path)


def test_help_reads_well(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    for word in ("plan", "apply", "verify", "Privileged Role Administrator", "exit codes", "--demo"):
        assert word in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["dance"],
        ["apply"],
        ["plan", "--cloud", "moon"],
        ["plan", "--secret-months", "3", "--secret-expires", "2027-01-01"],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(arguments)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--contact-center", "http://acme.brightpattern.com"], "https"),
        (["--contact-center", "evil.example.com"], "--trust-host"),
        (["--secret-months", "7"], "24"),
        (["--secret-expires", "yesterday"], "2"),
        (["--tenant", "common"], "tenant"),
        (["--client-id", "x"], "-"),
        (["--app-name", ""], "name"),
        (["--preset", "missing.toml"], "missing.toml"),
    ],
)
def test_bad_input_is_one_sentence_and_2(arguments: list[str], said: str, trip: Journey) -> None:
    outcome = trip.run("plan", "--demo", *arguments)
    assert outcome.code == 2, outcome.text
    assert said in outcome.err
    assert "Traceback" not in outcome.text
    assert trip.simulator.requests == []


def test_a_foreign_contact_center_must_be_confirmed(trip: Journey) -> None:
    outcome = trip.run("plan", "--demo", "--contact-center", "cc.example.com", "--trust-host")
    assert outcome.code == 3
    assert "https://cc.example.com/agentdesktop/msteamscallback.html" in outcome.out


def test_a_preset_is_found_in_the_working_directory(trip: Journey) -> None:
    (trip.folder / "emi-installer.toml").write_text(
        'contact_center = "beta.brightpattern.com"\napp_name = "Beta"\n', encoding="utf-8"
    )
    outcome = trip.run("plan", "--demo", "--app-name", "Gamma")
    assert "beta.brightpattern.com" in outcome.out
    assert "Register the application Gamma" in outcome.out


def test_the_support_of_the_preset_is_named_where_something_goes_wrong(tmp_path: Path) -> None:
    trip = journey(tmp_path, "no-secrets-allowed")
    (tmp_path / "emi-installer.toml").write_text('support_contact = "Acme, +1 555 0100"\n', encoding="utf-8")
    failed = trip.run("apply", "--demo", "--yes", "--handoff", "teams.txt")
    assert failed.code == 1
    assert "Support: Acme, +1 555 0100" in failed.out
    assert "Support:" not in trip.run("plan", "--demo").out


def test_a_bad_preset_names_file_and_key(trip: Journey) -> None:
    (trip.folder / "bad.toml").write_text("colour = 3\n", encoding="utf-8")
    outcome = trip.run("plan", "--demo", "--preset", "bad.toml")
    assert outcome.code == 2
    assert "bad.toml" in outcome.err
    assert "colour" in outcome.err


def test_without_a_contact_center_a_person_is_asked(trip: Journey) -> None:
    assert trip.run("plan", connection=nameless(trip)).code == 2
    outcome = trip.run("plan", types="acme.brightpattern.com\n", connection=nameless(trip))
    assert outcome.code == 3
    assert "Contact center URL" in outcome.err


def test_the_contact_center_of_last_time_is_offered(trip: Journey) -> None:
    trip.run("plan", "--contact-center", "beta.brightpattern.com", connection=nameless(trip))
    outcome = trip.run("plan", types="\n", connection=nameless(trip))
    assert "[https://beta.brightpattern.com]" in outcome.err
    assert "https://beta.brightpattern.com/agentdesktop" in outcome.out
    other = trip.run("plan", types="gamma.brightpattern.com\n", connection=nameless(trip))
    assert "https://gamma.brightpattern.com/agentdesktop" in other.out


def nameless(trip: Journey) -> Any:
    """A connection that stands in with no contact center, as the real one."""
    return replace(wiring.connect_simulator(trip.simulator, trip.clock), contact_center=None, demo=False)


def test_apply_asks_first(trip: Journey) -> None:
    arguments = ("apply", "--demo", "--handoff", "teams.txt")
    declined = trip.run(*arguments, types="n\n")
    assert declined.code == 1
    assert "Nothing was changed." in declined.out
    assert trip.simulator.tenant.applications == {}
    nobody = trip.run(*arguments)
    assert nobody.code == 1
    assert "--yes" in nobody.err
    assert trip.simulator.tenant.applications == {}
    agreed = trip.run(*arguments, types="y\n")
    assert agreed.code == 0, agreed.text
    assert_set_up(trip)
    text = (trip.folder / "teams.txt").read_text(encoding="utf-8")
    (secret,) = trip.simulator.tenant.secrets.values()
    assert secret.text in text
    assert "DEMO" in text
    assert "Microsoft Teams Integration Account" in text


def test_the_secret_is_shown_only_when_asked_for(trip: Journey) -> None:
    outcome = trip.run("apply", "--demo", "--yes", "--show-secret", "--handoff", "teams.json")
    (secret,) = trip.simulator.tenant.secrets.values()
    assert f"Client Secret: {secret.text}" in outcome.out


def test_json_prints_objects_and_nothing_else(trip: Journey) -> None:
    outcome = trip.apply()
    assert outcome.err == ""
    names = [e["event"] for e in outcome.events]
    assert names[0] == "signed-in"
    assert names[-1] == "result"
    assert {"plan", "change-started", "change-done", "verification-started", "checked"} <= set(names)
    result = outcome.event("result")
    assert result["handoff"] == str(trip.handoff)
    assert "client_secret" not in result


def test_the_list_of_scenarios(trip: Journey) -> None:
    assert "empty" in trip.run("plan", "--demo", "list").out
    unknown = trip.run("plan", "--demo", "nowhere")
    assert unknown.code == 2
    assert "nowhere" in unknown.err


def test_an_existing_handoff_file_is_left_alone(trip: Journey) -> None:
    (trip.folder / "teams.json").write_text("precious", encoding="utf-8")
    arguments = ("apply", "--demo", "--yes", "--handoff", "teams.json")
    refused = trip.run(*arguments)
    assert refused.code == 1
    assert "--overwrite" in refused.err
    assert trip.simulator.requests == []
    assert (trip.folder / "teams.json").read_text(encoding="utf-8") == "precious"
    assert trip.run(*arguments, "--overwrite").code == 0
    assert json.loads((trip.folder / "teams.json").read_text(encoding="utf-8"))["verified"]


@pytest.mark.parametrize("name", ["teams.pdf", "teams", "gone/teams.json"])
def test_a_handoff_file_that_cannot_be_is_refused_before_anything(name: str, trip: Journey) -> None:
    outcome = trip.run("apply", "--demo", "--yes", "--handoff", name)
    assert outcome.code in (1, 2)
    assert trip.simulator.requests == []


class Spoiler:
    """Makes the handoff file impossible once the secret exists."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, spared: int = 0) -> None:
        self.places: list[Path] = []

        def write(path: Path, text: str, *, overwrite: bool) -> None:
            self.places.append(path)
            if path.name == "teams.json" or len(self.places) <= spared:
                raise error(Code.FILE_NOT_WRITABLE, file=path, reason="The disk is full")
            write_private(path, text, overwrite=overwrite)

        monkeypatch.setattr(delivery, "write_private", write)


def test_with_yes_the_secret_goes_to_another_file(trip: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    Spoiler(monkeypatch)
    outcome = trip.run("apply", "--demo", "--yes", "--handoff", "teams.json")
    assert outcome.code == 0, outcome.text
    assert "The disk is full" in outcome.err
    (saved,) = trip.folder.glob("emi-installer-handoff*.json")
    assert str(saved) in outcome.out
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)


def test_a_person_is_asked_for_another_file(trip: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    Spoiler(monkeypatch)
    outcome = trip.run("apply", "--demo", "--handoff", "teams.json", types="y\nother.json\n")
    assert outcome.code == 0, outcome.text
    assert json.loads((trip.folder / "other.json").read_text(encoding="utf-8"))["verified"]
    assert_set_up(trip)
    assert_secret_kept(trip)


def test_a_person_may_see_the_secret_once_instead(trip: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    Spoiler(monkeypatch)
    outcome = trip.run("apply", "--demo", "--handoff", "teams.json", types="y\n\n")
    (secret,) = trip.simulator.tenant.secrets.values()
    assert outcome.out.count(secret.text) == 1
    assert_set_up(trip)


def test_a_secret_that_nobody_could_save_is_replaced_next_time(trip: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    Spoiler(monkeypatch, spared=100)
    lost = trip.run("apply", "--demo", "--yes", "--handoff", "teams.json")
    assert lost.code == 1, lost.text
    monkeypatch.undo()
    assert trip.apply().code == 0
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)


EVENTS = range(20)


@pytest.mark.parametrize("nth", EVENTS)
def test_interrupted_at_any_event_the_next_run_finishes(
    nth: int, trip: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Event] = []

    def on_event(event: Event) -> None:
        seen.append(event)
        if len(seen) == nth + 1:
            signal.raise_signal(signal.SIGINT)

    watch_events(monkeypatch, on_event)
    first = trip.run("apply", "--demo", "--yes", "--json", "--handoff", "handoff-0.json")
    monkeypatch.undo()
    last = seen[min(nth, len(seen) - 1)]
    if isinstance(last, ChangeStarted | ChangeDone | VerificationStarted):
        assert first.code == 130, first.text
        assert first.event("result")["outcome"] == "interrupted"
    else:
        assert isinstance(last, Checked)
    assert trip.apply().code == 0
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)


def test_ctrl_c_twice_stops_at_once(trip: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    handle = trip.simulator.handle

    def interrupt(method: str, url: str, *rest: Any) -> Any:
        if method == "PATCH":
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
        return handle(method, url, *rest)

    monkeypatch.setattr(trip.simulator, "handle", interrupt)
    outcome = trip.run("apply", "--demo", "--yes", "--handoff", "teams.json")
    assert outcome.code == 130
    assert "Remaining: Register the application" in outcome.out
    assert "Nothing was changed" not in outcome.out


@pytest.mark.parametrize("asked", ["POST /$batch", "POST /5c0f7a52-*/oauth2/v2.0/token"])
def test_the_network_gone_while_verifying_loses_nothing(asked: str, trip: Journey) -> None:
    calm = [Normal()] * (2 if "batch" in asked else 0)
    trip.simulator.faults.add(asked, *calm, *[Refuse()] * 30)
    outcome = trip.apply()
    assert outcome.code == 1, outcome.text
    assert outcome.event("error")["code"] == "unreachable"
    assert outcome.event("result")["handoff"] == str(trip.handoff)
    assert trip.saved()[0]["verified"] is False
    assert trip.run("plan", "--demo", connection=fresh(trip)).code == 0


def fresh(trip: Journey) -> Connection:
    """A connection on a day without faults."""
    trip.simulator.faults.scripted.clear()
    return wiring.connect_simulator(trip.simulator, trip.clock)


def test_ctrl_c_before_anything_was_changed(trip: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_args: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(trip.simulator, "sign_in_in_browser", interrupt)
    outcome = trip.run("apply", "--demo", "--yes", "--handoff", "teams.json")
    assert outcome.code == 130
    assert "Nothing was changed" in outcome.out


def test_our_own_mistake_is_no_traceback(trip: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any) -> Any:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(trip.simulator, "sign_in_in_browser", fail)
    outcome = trip.run("plan", "--demo")
    assert outcome.code == 1
    assert "our mistake (RuntimeError)" in outcome.err
    assert "secret inside" not in outcome.text
    logs = [p for p in Path.home().rglob("*.log*") if p.is_file()]
    assert logs
    assert "secret inside" not in "".join(p.read_text(encoding="utf-8") for p in logs)


def test_names_from_the_tenant_cannot_command_the_terminal(trip: Journey) -> None:
    trip.simulator.tenant.name = "Evil\x1b[2J\nCorp"
    outcome = trip.run("plan", "--demo")
    assert "\x1b" not in outcome.text


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pipe that closes")
def test_verbose_prints_the_log_without_secrets(trip: Journey) -> None:
    outcome = trip.run("apply", "--demo", "--yes", "--verbose", "--handoff", "teams.json")
    assert outcome.code == 0
    assert "path=" in outcome.err
    (secret,) = trip.simulator.tenant.secrets.values()
    assert secret.text not in outcome.text
    assert "eyJ0eXAi" not in outcome.text
