"""A client secret that was saved is never taken for one that nobody has, whatever ends the run afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.local.files import write_private
from emi_installer.setup import delivery
from emi_installer.simulator.service import Response, Simulator
from tests.support.journey import Journey, assert_no_unsaved_secret, assert_secret_kept, assert_set_up, journey


def stop_at_reading_back(trip: Journey, problem: BaseException) -> None:
    """Let the run end as soon as it reads back what it did."""
    handle = trip.simulator.handle

    def broken(method: str, url: str, headers: Any, body: bytes) -> Response:
        if trip.handoff.exists() and url.endswith("$batch"):
            raise problem
        return handle(method, url, headers, body)

    trip.simulator.handle = broken  # type: ignore[method-assign]


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), BrokenPipeError(), ZeroDivisionError()])
def test_a_run_that_ends_after_saving(
    problem: BaseException, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trip = journey(tmp_path)
    stop_at_reading_back(trip, problem)
    with patch("sys.stderr.close"):
        assert trip.apply().code != 0
    trip.simulator.handle = Simulator.handle.__get__(trip.simulator)  # type: ignore[method-assign]
    assert trip.run("plan", "--demo").code == 0
    assert_no_unsaved_secret(trip)


def test_a_file_that_can_not_be_written_a_second_time(tmp_path: Path) -> None:
    trip = journey(tmp_path)

    def locked(path: Path, text: str, *, overwrite: bool) -> None:
        if overwrite:
            raise error(Code.FILE_NOT_WRITABLE, file=path, reason="another program has it open")
        write_private(path, text, overwrite=overwrite)

    with patch.object(delivery, "write_private", locked):
        outcome = trip.apply()
    assert outcome.code == 0
    (saved,) = trip.saved()
    assert saved["verified"] is False
    assert trip.run("plan", "--demo").code == 0
    assert_set_up(trip)


def test_another_administrator_in_the_middle_of_a_verification_changes_nothing(tmp_path: Path) -> None:
    first = journey(tmp_path)
    (tmp_path / "second").mkdir()
    second = Journey(folder=tmp_path / "second", simulator=first.simulator, clock=first.clock)
    handle = first.simulator.handle
    plans: list[Any] = []

    def interrupted(method: str, url: str, headers: Any, body: bytes) -> Response:
        if first.handoff.exists() and url.endswith("$batch") and not plans:
            plans.append(None)
            plans[0] = second.apply().event("plan")["changes"]
        return handle(method, url, headers, body)

    first.simulator.handle = interrupted  # type: ignore[method-assign]
    assert first.apply().code == 0
    assert plans == [[]]
    (saved,) = first.saved()
    assert saved["verified"] is True
    assert_set_up(first)


def test_who_may_not_read_roles_is_not_blocked(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    handle = trip.simulator.handle

    def hiding(method: str, url: str, headers: Any, body: bytes) -> Response:
        status, sent, content = handle(method, url, headers, body)
        if url.endswith("$batch"):
            answer = json.loads(content)
            for one in answer["responses"]:
                for entry in (one.get("body") or {}).get("value") or ():
                    if "roleTemplateId" in entry:
                        entry.update(roleTemplateId=None, displayName=None)
            content = json.dumps(answer).encode()
        return status, sent, content

    trip.simulator.handle = hiding  # type: ignore[method-assign]
    outcome = trip.apply()
    assert outcome.code == 0, outcome.text
    assert outcome.event("signed-in")["roles"] is None


def test_an_administrator_from_another_tenant(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    tenant = trip.simulator.tenant
    ada = tenant.accounts["administrator"]
    tenant.accounts["administrator"] = type(ada)(
        key=ada.key,
        name=ada.name,
        user_principal_name=ada.user_principal_name,
        roles=ada.roles,
        home_tenant="7d1a2c33-90b8-4b41-8a5b-2d7ee0c0f1aa",
    )
    assert trip.apply().code == 0
    assert_set_up(trip)


def tags(trip: Journey) -> list[str]:
    (application,) = [e.body for e in trip.simulator.tenant.applications.values()]
    return list(application["tags"])


@pytest.mark.parametrize("suffix", ["json", "txt"])
def test_the_same_command_goes_on_where_the_first_run_ended(suffix: str, tmp_path: Path) -> None:
    trip = journey(tmp_path)
    command = ("apply", "--demo", "--yes", "--json", "--handoff", f"teams.{suffix}")
    trip.handoffs = 0
    handle = trip.simulator.handle

    def gone(method: str, url: str, headers: Any, body: bytes) -> Response:
        if (tmp_path / f"teams.{suffix}").exists():
            raise ConnectionResetError
        return handle(method, url, headers, body)

    trip.simulator.handle = gone  # type: ignore[method-assign]
    assert trip.run(*command).code == 1
    trip.simulator.handle = handle  # type: ignore[method-assign]
    assert [tag for tag in tags(trip) if "unsaved" in tag]
    (secret,) = trip.simulator.tenant.secrets
    outcome = trip.run(*command)
    assert outcome.code == 0, outcome.text
    assert outcome.event("plan")["changes"] == []
    proof = [e for e in outcome.events if e.get("check") == "Sign-in with the client secret"]
    assert [e["status"] for e in proof] == ["ok"]
    assert list(trip.simulator.tenant.secrets) == [secret]
    assert tags(trip) == ["emi-installer"]
    assert "NOT VERIFIED" not in (tmp_path / f"teams.{suffix}").read_text(encoding="utf-8")
    if suffix == "json":
        assert json.loads((tmp_path / "teams.json").read_text(encoding="utf-8"))["verified"] is True
    assert_set_up(trip)
    assert_secret_kept(trip)


def test_the_handoff_file_of_something_else_stays(tmp_path: Path) -> None:
    trip, other = journey(tmp_path), journey(tmp_path / "other")
    (tmp_path / "other").mkdir()
    assert other.apply().code == 0
    before = other.handoff.read_bytes()
    outcome = trip.run("apply", "--demo", "--yes", "--json", "--handoff", str(other.handoff))
    assert outcome.code == 1
    assert outcome.event("error")["code"] == "handoff-exists"
    assert other.handoff.read_bytes() == before
    assert not trip.simulator.tenant.applications


def test_a_file_whose_secret_no_longer_serves_is_not_overwritten(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    assert trip.apply().code == 0
    before = trip.handoff.read_bytes()
    trip.clock.sleep(800 * 86400)
    outcome = trip.run("apply", "--demo", "--yes", "--json", "--handoff", str(trip.handoff))
    assert outcome.code == 1
    assert outcome.event("error")["code"] == "handoff-exists"
    assert trip.handoff.read_bytes() == before
    assert len(trip.simulator.tenant.secrets) == 1


def another_computer(trip: Journey) -> Journey:
    """Somebody else's computer, at the same tenant and the same time."""
    folder = trip.folder / "elsewhere"
    folder.mkdir()
    return Journey(folder=folder, simulator=trip.simulator, clock=trip.clock)


def test_a_secret_that_another_run_is_about_to_save_is_left_alone(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    other = another_computer(trip)
    handle = trip.simulator.handle
    outcomes: list[Any] = []

    def overtaken(method: str, url: str, headers: Any, body: bytes) -> Response:
        answered = handle(method, url, headers, body)
        if url.endswith("/addPassword") and not outcomes:
            outcomes.append(None)
            outcomes[0] = other.apply()
        return answered

    trip.simulator.handle = overtaken  # type: ignore[method-assign]
    first = trip.apply()
    assert first.code == 0, first.text
    assert outcomes[0].code == 1
    blockers = outcomes[0].event("plan")["blockers"]
    assert [one["code"] for one in blockers] == ["somebody-at-work"]
    assert "15 minutes" in blockers[0]["remedy"]
    assert_set_up(trip)
    assert_no_unsaved_secret(trip)


def test_what_nobody_is_at_work_on_any_more_is_replaced(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    stop_at_reading_back(trip, ZeroDivisionError())
    with patch.object(delivery, "write_private", side_effect=error(Code.FILE_NOT_WRITABLE, file="x", reason="full")):
        assert trip.apply().code != 0
    trip.simulator.handle = Simulator.handle.__get__(trip.simulator)  # type: ignore[method-assign]
    other = another_computer(trip)
    trip.clock.sleep(16 * 60)
    outcome = other.apply()
    assert outcome.code == 0, outcome.text
    assert_no_unsaved_secret(other)


def test_a_secret_that_is_removed_while_it_is_proven_is_told_soon(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    handle = trip.simulator.handle

    def removing(method: str, url: str, headers: Any, body: bytes) -> Response:
        if b"client_credentials" in body:
            trip.simulator.tenant.secrets.clear()
            for entry in trip.simulator.tenant.applications.values():
                entry.body["passwordCredentials"].clear()
        return handle(method, url, headers, body)

    trip.simulator.handle = removing  # type: ignore[method-assign]
    began = trip.clock.now()
    outcome = trip.apply()
    assert outcome.code == 1
    assert "no longer listed on the app registration" in outcome.text
    assert trip.clock.now() - began < 40
