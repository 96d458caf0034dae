"""The disk fails between Microsoft's answer and the handoff file: nothing is truncated, nothing is lost."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emi_installer.core.plan.changes import AddClientSecret
from emi_installer.core.plan.events import ChangeDone, Event
from tests.support.journey import Journey, Outcome, assert_secret_kept, assert_set_up, journey, watch_events

Trouble = Callable[[Path, pytest.MonkeyPatch], None]


def full(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No room on the disk of this folder."""
    sync = os.fsync

    def refused(descriptor: int) -> None:
        if str(Path(f"/proc/self/fd/{descriptor}").readlink()).startswith(str(place)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", refused)


def vanished(place: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    """The share is gone."""
    shutil.rmtree(place)


def taken(place: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else wrote a file of this name."""
    (place / "handoff-1.json").write_text("theirs", encoding="utf-8")


def no_folder(place: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the folder was there is a file now."""
    shutil.rmtree(place)
    place.write_text("", encoding="utf-8")


@pytest.fixture
def trip(tmp_path: Path) -> Iterator[Journey]:
    trip = journey(tmp_path)
    yield trip
    assert_secret_kept(trip)


def apply_into(trip: Journey, place: Path, trouble: Trouble, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    """`apply`, with trouble just after the client secret was made."""
    place.mkdir()

    def watch(event: Event) -> None:
        if isinstance(event, ChangeDone) and isinstance(event.change, AddClientSecret):
            trouble(place, monkeypatch)

    watch_events(monkeypatch, watch)
    return trip.run("apply", "--demo", "--yes", "--json", "--handoff", str(place / "handoff-1.json"))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="asks Linux which file is written")
@pytest.mark.parametrize("trouble", [full, vanished, taken, no_folder])
def test_the_values_go_to_another_place(
    trouble: Trouble, trip: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = apply_into(trip, tmp_path / "share", trouble, monkeypatch)
    assert outcome.code == 0, outcome.text
    place = Path(outcome.event("result")["handoff"])
    assert place.parent != tmp_path / "share"
    saved = json.loads(place.read_text(encoding="utf-8"))
    assert trip.simulator.tenant.secrets[saved["secret_key_id"]].text == saved["client_secret"]
    assert saved["verified"] is True
    assert outcome.event("error")["title"]
    left = [path.read_text(encoding="utf-8") for path in (tmp_path / "share").glob("*")]
    assert left == (["theirs"] if trouble is taken else [])
    assert_set_up(trip)
    place.unlink()


def test_where_nothing_can_be_written_the_next_run_replaces_the_secret(
    trip: Journey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:

        def everywhere(_place: Path, _patch: pytest.MonkeyPatch) -> None:
            def refused(*_args: Any, **_more: Any) -> None:
                raise OSError(errno.EROFS, os.strerror(errno.EROFS))

            broken.setattr("emi_installer.local.files.os.open", refused)

        outcome = apply_into(trip, tmp_path / "share", everywhere, broken)
        assert outcome.code == 1
        assert [e["code"] for e in outcome.events if e["event"] == "error"][-1] == "secret-lost"
    lost = set(trip.simulator.tenant.secrets)
    again = trip.apply()
    assert again.code == 0
    assert not lost & set(trip.simulator.tenant.secrets)
    assert_set_up(trip)
