"""Every button of every page pressed twice, and every pair of buttons in quick turns: nothing strange happens.

A page is walked to once and used for as long as presses leave it as it was; where they lead on, it is walked to anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QFileDialog, QRadioButton

from emi_installer.gui import worker
from emi_installer.local import browser
from tests.support.window import WindowJourney

Go = Callable[..., WindowJourney]
Walk = Callable[[WindowJourney], object]


def sign_in(trip: WindowJourney) -> None:
    trip.click("Next")


def signed_in(trip: WindowJourney) -> None:
    trip.sign_in()


def after_sign_in(trip: WindowJourney) -> None:
    trip.sign_in()
    trip.click("Next")


def review(task: str = "Repair") -> Walk:
    def walk(trip: WindowJourney) -> None:
        after_sign_in(trip)
        if trip.step == "choose-task":
            trip.click(task)
            trip.click("Next")
        if trip.step == "settings":
            center = "new.brightpattern.com" if task.startswith("Move") else "acme.brightpattern.com"
            trip.type_into("Contact center URL", center)
            trip.click("Next")
        trip.wait_idle()

    return walk


def applied(task: str = "Repair") -> Walk:
    def walk(trip: WindowJourney) -> None:
        review(task)(trip)
        trip.click("Apply now")
        trip.wait_idle()

    return walk


def credentials(task: str = "Repair") -> Walk:
    def walk(trip: WindowJourney) -> None:
        applied(task)(trip)
        trip.click("Next")
        if trip.step == "credentials":
            trip.type_into("Save to file", str(trip.folder / f"handoff-{id(trip)}.json"))

    return walk


def finish(task: str = "Repair") -> Walk:
    def walk(trip: WindowJourney) -> None:
        credentials(task)(trip)
        if trip.step == "credentials":
            trip.click("Save")
            trip.wait_idle()
            trip.click("Next")

    return walk


PLACES: dict[str, tuple[str, Walk]] = {
    "welcome": ("empty", lambda trip: trip.click("Advanced")),
    "sign-in": ("empty", sign_in),
    "sign-in, signed in": ("not-admin", signed_in),
    "choose-task, tasks": ("drifted", after_sign_in),
    "choose-task, several": ("several-apps", after_sign_in),
    "choose-task, foreign": ("foreign-app", after_sign_in),
    "choose-task, deleted": ("deleted-app", after_sign_in),
    "settings": ("empty", after_sign_in),
    "review": ("drifted", review()),
    "review, blocked": ("not-admin", review()),
    "review, for a colleague": ("no-consent-role", review()),
    "review, removal": ("configured", review("Remove")),
    "apply, done": ("empty", applied()),
    "apply, refused": ("policy-90-days", applied()),
    "apply, for a colleague": ("no-consent-role", applied()),
    "credentials": ("empty", credentials()),
    "finish": ("empty", finish()),
    "finish, old secrets": ("configured", finish("New client secret")),
    "finish, for a colleague": ("no-consent-role", finish()),
    "check": ("configured", review("Check only")),
}


@dataclass
class Walker:
    """Somebody who walks to a place as often as it is left."""

    go: Go
    scenario: str
    walk: Walk
    trip: WindowJourney = field(init=False)
    pressed: int = 0

    def __post_init__(self) -> None:
        self.anew()

    def anew(self) -> None:
        self.trip = self.go(self.scenario)
        self.walk(self.trip)
        self.step = self.trip.step
        self.before = self.names()

    def names(self) -> list[str]:
        """The buttons that can be pressed; one stands for all that unfold the particulars of a row."""
        found = [b for b in self.trip.visible(QAbstractButton) if b.isEnabled() and b.window() is self.trip.window]
        names = [b.accessibleName() or b.text().replace("&", "") for b in found]
        particulars = [name for name in names if name.startswith("Details: ")]
        return [name for name in names if name not in particulars[1:]]

    def press(self, *names: str) -> bool:
        """Press buttons as fast as fingers go, and answer whatever opens with its way out; then see what happened.

        Whether the place is still the same: where it is not, the second press is another page's.
        """
        for name in names:
            self.press_one(name)
        trip = self.trip
        trip.wait(lambda: not trip.window.page_now.busy)
        shut_dialogs(trip)
        assert len(worker._running) <= 1
        assert "Code: unexpected" not in trip.problem(), (names, trip.problem())
        assert_applied_by_a_person(trip, names, self.step)
        left = self.left
        if left:
            trip.wait(lambda: not worker._running)
            trip.credentials.forget()
            trip.window.close()
            self.anew()
        return not left

    def press_one(self, name: str) -> None:
        button = next(
            (b for b in self.trip.visible(QAbstractButton) if name in (b.accessibleName(), b.text().replace("&", ""))),
            None,
        )
        if button is None or button.window() is not self.trip.window or QApplication.activeModalWidget():
            return  # what was pressed before took it away, or asks something
        self.pressed += 1
        where = button.rect().center()
        if isinstance(button, QRadioButton):
            where.setX(10)
        self.trip.bot.mouseClick(button, Qt.MouseButton.LeftButton, pos=where)

    @property
    def left(self) -> bool:
        """Whether the place is another one now."""
        return not self.trip.window.isVisible() or self.trip.step != self.step or self.names() != self.before


def shut_dialogs(trip: WindowJourney) -> None:
    for dialog in trip.window.findChildren(QDialog):
        if dialog.isVisible():
            assert isinstance(dialog, QFileDialog) or dialog.windowTitle()
            dialog.reject()
    QApplication.processEvents()


def assert_applied_by_a_person(trip: WindowJourney, names: tuple[str, ...], step: str) -> None:
    """No client secret is made that was not asked for, and none is lost in silence."""
    made = [one for one in trip.simulator.tenant.secrets.values() if one.born]
    assert len(made) <= 1, names
    before_apply = step in ("welcome", "sign-in", "choose-task", "settings", "check")
    if before_apply and not {"Apply now", "Remove now"} & set(names):
        assert made == []
        written = [r for r in trip.graph_requests() if r.method in ("PATCH", "DELETE")]
        taken_back = [r for r in written if r.method == "DELETE" and "/oauth2PermissionGrants/" in r.url]
        assert written == (taken_back if "Take back my consent" in names else []), names
    if trip.window.isVisible() and made and trip.step in ("apply", "credentials"):
        assert trip.window.state.has_secret, names


@pytest.fixture(autouse=True)
def _nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "start_browser", lambda _link: True)


@pytest.mark.parametrize("place", PLACES)
def test_every_button_twice(place: str, go: Go) -> None:
    walker = Walker(go, *PLACES[place])
    for name in list(walker.before):
        walker.press(name, name)
    print(f"presses: {walker.pressed}")
    assert walker.pressed >= len(walker.before)


@pytest.mark.parametrize("place", PLACES)
def test_every_pair_in_quick_turns(place: str, go: Go) -> None:
    walker = Walker(go, *PLACES[place])
    names = list(walker.before)
    for number, one in enumerate(names):
        for other in names[number + 1 :]:
            if walker.press(one, other):
                walker.press(other, one)
    print(f"presses: {walker.pressed}")
    assert walker.pressed >= len(names) * (len(names) - 1) // 2
