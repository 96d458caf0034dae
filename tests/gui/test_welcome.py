"""The first page: what the vendor prepared is said, and it is there before anything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtGui import QColor

from emi_installer.core.desired.clouds import CLOUDS
from emi_installer.core.desired.contact_center import parse_contact_center
from emi_installer.core.desired.preset import Preset
from emi_installer.core.desired.purpose import Purpose
from emi_installer.gui.theme import theme
from emi_installer.local.assets import read_blueprint
from emi_installer.setup.flow import STEPS
from tests.support.window import WindowJourney

Go = Callable[..., WindowJourney]
PRESET = Preset(
    contact_center=parse_contact_center("vendor.brightpattern.com", read_blueprint()),
    app_name="Acme EMI",
    tenant="contoso.com",
    cloud=CLOUDS["global"],
)


def test_what_the_vendor_prepared_is_said_on_both_pages(go: Go) -> None:
    trip = go("empty", preset=PRESET)
    for said in ("Your vendor has prepared the answers", "vendor.brightpattern.com", "Acme EMI", "contoso.com"):
        assert said in trip.screen()
    trip.sign_in()
    trip.click("Next")
    assert trip.step == "settings"
    assert "What stands here was prepared by your vendor; you can change it." in trip.screen()
    assert "https://vendor.brightpattern.com" in trip.screen()


def test_without_a_preset_nothing_is_said_of_a_vendor(go: Go) -> None:
    trip = go("empty")
    assert "vendor" not in trip.screen().lower()
    trip.sign_in()
    trip.click("Next")
    assert "prepared by" not in trip.screen()


def test_what_a_colleague_asks_for_is_not_called_a_vendors(go: Go) -> None:
    trip = go("empty", preset=replace(PRESET, purpose=Purpose.SET_UP, requested_by="ben.brown@contoso.com"))
    assert "The file says that it comes from ben.brown@contoso.com." in trip.screen()
    trip.sign_in()
    trip.click("Next")
    assert trip.step == "settings"
    assert "prepared by your vendor" not in trip.screen()


def test_an_empty_preset_makes_a_whole_sentence(go: Go) -> None:
    trip = go("empty", preset=replace(PRESET, contact_center=None, app_name=None, tenant=None, cloud=None))
    assert "Your vendor has prepared the answers. You see them again" in trip.screen()


def test_the_other_pages_come_after_the_first_one_is_seen(go: Go) -> None:
    trip = go("empty")
    assert len(trip.window.pages) == 1
    trip.window.prepare()
    trip.wait(lambda: len(trip.window.pages) == len(STEPS))
    trip.wait(lambda: all(page.built for page in trip.window.pages.values()))
    trip.sign_in()
    assert trip.step == "sign-in"


def test_next_looks_like_the_button_to_press(go: Go) -> None:
    trip = go("empty")
    button = trip.button("Next")
    picture = trip.window.grab().toImage()
    place = button.mapTo(trip.window, button.rect().center())
    seen = {picture.pixelColor(place.x() + dx, place.y() + 9).name() for dx in (-20, 20)}
    assert seen == {QColor(theme().colors["accent"]).name()}
