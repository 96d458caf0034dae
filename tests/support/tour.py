"""A tour of every page of the window, in every simulated tenant that has pages of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.support.window import WindowJourney

SCENARIOS = [
    "empty",
    "drifted",
    "not-admin",
    "no-consent-role",
    "configured/New client secret",
    "configured/Move to another contact center address",
    "configured/Check only",
    "configured/Remove",
    "several-apps",
    "foreign-app",
    "deleted-app",
    "planted-app",
    "held-app",
]
"""A simulated tenant, and the task that is chosen there."""


def start(go: Callable[..., WindowJourney], scenario: str) -> tuple[WindowJourney, str]:
    """A window on the scenario, and the task to choose there."""
    name, _, task = scenario.partition("/")
    return go(name), task


def pages(trip: WindowJourney, task: str = "") -> Iterator[str]:
    """Every page of a journey, one after the other, with everything that can be unfolded."""
    yield trip.step
    trip.click("Advanced")
    yield trip.step
    trip.click("Next")
    yield trip.step
    trip.click("Sign in to Microsoft")
    trip.wait_idle()
    yield trip.step
    trip.click("Next")
    if trip.step == "choose-task":
        yield trip.step
        yield from _choose(trip)
        if trip.step == "choose-task":
            trip.click(task or "Repair")
            trip.click("Next")
            trip.wait_idle()
    if trip.step == "settings":
        trip.type_into("Contact center URL", "contact.example.com")
        yield trip.step
        trip.type_into("Contact center URL", "acme.brightpattern.com")
        trip.click("Next")
        trip.wait_idle()
    if trip.step == "check":
        yield trip.step
        return
    if task == "Remove":
        yield trip.step
        trip.type_into("Type the name of the app registration", "Bright Pattern EMI")
    else:
        trip.click("Show the 13")
        trip.look()
        yield trip.step
        yield from _decide(trip)
    commit = "Remove now" if task == "Remove" else "Apply now"
    if not trip.button(commit).isEnabled():
        return
    trip.click(commit)
    trip.wait_idle()
    yield trip.step
    trip.click("Next")
    yield trip.step
    if trip.step == "credentials":
        trip.save("no-folder/x.txt")
        yield trip.step
        trip.save()
        trip.click("Next")
        yield trip.step


def _choose(trip: WindowJourney) -> Iterator[str]:
    """The first app registration, where there is something to choose from."""
    if trip.offers("Continue"):
        trip.choose_first()
        yield trip.step
        trip.click("Continue")
        trip.wait_idle()
        yield trip.step


def _decide(trip: WindowJourney) -> Iterator[str]:
    """Nobody else may use the application, where somebody could."""
    if trip.offers("Remove all that are not kept"):
        trip.click("Remove all that are not kept")
        yield trip.step
