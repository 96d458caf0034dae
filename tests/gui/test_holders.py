"""Who else could use the application, by clicks: nothing is given to it before each of them was decided about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QRadioButton

from emi_installer.core.desired.preset import Preset
from emi_installer.core.desired.purpose import Purpose
from emi_installer.local import age
from emi_installer.local.assets import read_blueprint
from emi_installer.simulator.scenarios import Builder
from tests.support.rogue import Rogue
from tests.support.window import WindowJourney

Go = Callable[..., WindowJourney]
PLANTED = ["planted-app", "planted-secret"]
KEEP = "Keep it: I know it and want it"


def to_review(trip: WindowJourney) -> None:
    """From Welcome to the plan for the app registration that was found."""
    trip.sign_in()
    trip.click("Next")
    if trip.step == "choose-task" and trip.offers("Continue"):
        trip.click("Bright Pattern EMI")
        trip.click("Continue")
        trip.wait_idle()
    if trip.step == "choose-task":
        trip.click("Repair")
        trip.click("Next")
    trip.type_into("Contact center URL", "acme.brightpattern.com")
    trip.click("Next")
    trip.wait_idle()
    assert trip.step == "review", trip.screen()


def to_the_end(trip: WindowJourney) -> None:
    """From the plan to Finish."""
    trip.click("Apply now")
    trip.wait_idle()
    trip.click("Next")
    if trip.step == "credentials":
        trip.save()
        trip.click("Next")
    assert trip.step == "finish", trip.screen()


def mia(trip: WindowJourney) -> str:
    """The object id of a member: with the rights of a set-up Microsoft does not tell the name."""
    return str(trip.simulator.tenant.accounts["member"].oid)


def ticks(trip: WindowJourney, text: str) -> list[QCheckBox]:
    return [one for one in trip.visible(QCheckBox) if one.text() == text]


def tick(trip: WindowJourney, text: str) -> None:
    """Set every tick with this text, by the keyboard."""
    for one in ticks(trip, text):
        one.setFocus()
        trip.bot.keyClick(one, Qt.Key.Key_Space)
        assert one.isChecked()
        trip.look()


def consents(trip: WindowJourney) -> int:
    """How many consents there are for applications of the tenant's own."""
    tenant = trip.simulator.tenant
    ours = {e.body["appId"] for e in tenant.applications.values()}
    faces = {e.body["id"] for e in tenant.service_principals.values() if e.body["appId"] in ours}
    given = [e.body["clientId"] for e in tenant.grants.values()]
    given += [e.body["principalId"] for e in tenant.assignments.values()]
    return sum(one in faces for one in given)


@pytest.mark.parametrize("scenario", [*PLANTED, "planted-name"])
class TestPlanted:
    def test_nothing_goes_on_before_each_was_decided_about(self, scenario: str, go: Go) -> None:
        trip = go(scenario)
        to_review(trip)
        assert "Who else could use this application" in trip.screen()
        assert f"{mia(trip)} (look it up under Users), owner of the app registration" in trip.screen()
        assert "An owner can create client secrets at any time, without any role." in trip.screen()
        assert not trip.button("Apply now").isEnabled()
        requests = len(trip.simulator.requests)
        for number, one in enumerate(ticks(trip, "Remove it")):
            assert not trip.button("Apply now").isEnabled(), number
            one.setFocus()
            trip.bot.keyClick(one, Qt.Key.Key_Space)
        assert trip.button("Apply now").isEnabled()
        assert len(trip.simulator.requests) == requests
        one.click()
        assert not one.isChecked()
        assert not trip.button("Apply now").isEnabled()
        assert consents(trip) == 0

    def test_removed_first_no_member_gets_in(self, scenario: str, go: Go) -> None:
        trip = go(scenario)
        to_review(trip)
        trip.click("Remove all that are not kept")
        assert "is removed" in trip.screen()
        to_the_end(trip)
        assert Rogue(simulator=trip.simulator).ways_in() == []

    def test_kept_on_purpose_it_stays_and_is_named(self, scenario: str, go: Go) -> None:
        trip = go(scenario)
        to_review(trip)
        tick(trip, KEEP)
        trip.click("Apply now")
        trip.wait_idle()
        assert mia(trip) in trip.screen()
        owners = [e.owners for e in trip.simulator.tenant.applications.values()]
        assert all(mia(trip) in one for one in owners)
        trip.click("Next")
        if trip.step == "credentials":
            trip.save()

    def test_a_new_application_instead(self, scenario: str, go: Go) -> None:
        trip = go(scenario)
        (theirs,) = Rogue(simulator=trip.simulator).applications()
        to_review(trip)
        trip.click("Register a new application instead")
        trip.wait_idle()
        assert "A new application will be registered" in trip.screen()
        assert not trip.offers("Remove all that are not kept")
        trip.click("Use the one that was found")
        trip.wait_idle()
        assert not trip.button("Apply now").isEnabled()
        trip.click("Register a new application instead")
        trip.wait_idle()
        to_the_end(trip)
        (saved,) = trip.saved()
        assert saved["client_id"] != theirs
        assert Rogue(simulator=trip.simulator).powerful() == [saved["client_id"]]
        assert Rogue(simulator=trip.simulator).ways_in() == []


def test_one_is_removed_and_one_is_kept(go: Go) -> None:
    trip = go("held-app")
    to_review(trip)
    removing, keeping = ticks(trip, "Remove it"), ticks(trip, KEEP)
    assert len(removing) == len(keeping) > 5
    owner = next(one for one in keeping if mia(trip) in one.accessibleName())
    owner.click()
    trip.click("Remove all that are not kept")
    assert owner.isChecked()
    assert sum(one.isChecked() for one in removing) == len(removing) - 1
    to_the_end(trip)
    (application,) = trip.simulator.tenant.applications.values()
    assert application.owners == [mia(trip)]
    assert application.body["spa"]["redirectUris"] == []


def test_decisions_are_about_one_run_at_one_application(go: Go) -> None:
    trip = go("held-app")
    to_review(trip)
    tick(trip, KEEP)
    trip.click("Back")
    trip.click("Back")
    assert trip.step == "choose-task"
    trip.click("New client secret")
    trip.click("Next")
    trip.click("Next")
    trip.wait_idle()
    assert trip.step == "review"
    assert not any(one.isChecked() for one in ticks(trip, KEEP))
    assert not trip.button("Apply now").isEnabled()


def test_back_from_a_new_application_finds_the_other_one_again(go: Go) -> None:
    trip = go("held-app")
    to_review(trip)
    trip.click("Register a new application instead")
    trip.wait_idle()
    trip.click("Back")
    trip.click("Back")
    trip.wait_idle()
    assert trip.step == "choose-task"
    assert trip.offers("Repair")
    assert mia(trip) in trip.screen()


def test_who_comes_while_the_plan_is_read_is_told_and_gets_nothing(go: Go) -> None:
    trip = go("half-done")
    (application,) = [e.body for e in trip.simulator.tenant.applications.values()]
    to_review(trip)
    before = consents(trip)
    Builder(trip.simulator).secret(application, name="by hand")
    trip.click("Apply now")
    trip.wait(lambda: trip.step == "review" and not trip.window.page_now.busy)
    trip.look()
    assert "is not as it was when the plan was shown" in trip.problem()
    assert '"by hand"' in trip.screen()
    assert not trip.button("Apply now").isEnabled()
    assert consents(trip) == before
    trip.click("Remove it")
    to_the_end(trip)
    assert len(trip.simulator.tenant.secrets) == 1


def test_only_look_asks_for_read_rights_and_offers_nothing_else(go: Go) -> None:
    trip = go("held-app")
    trip.click("Next")
    trip.click("Only look, change nothing")
    assert "ReadWrite" not in trip.screen()
    trip.click("Sign in to Microsoft")
    trip.wait_idle()
    trip.click("Next")
    assert [one.text() for one in trip.visible(QRadioButton)] == ["C&heck only"]
    trip.click("Next")
    trip.wait_idle()
    assert trip.step == "check"
    assert "Mia Moore (mia.moore@contoso.com), owner of the app registration" in trip.screen()
    assert "Something needs attention." in trip.screen()
    assert "remove-sign-in-consent" in trip.screen()
    assert not any("ReadWrite" in scope for grant in sign_in_grants(trip) for scope in grant.split())


def test_only_look_where_nothing_is_set_up(go: Go) -> None:
    trip = go("empty")
    trip.click("Next")
    trip.click("Only look, change nothing")
    trip.click("Sign in to Microsoft")
    trip.wait_idle()
    trip.click("Next")
    trip.wait_idle()
    assert trip.step == "check"
    assert trip.simulator.tenant.applications == {}


def test_the_consent_to_the_sign_in_is_told_and_taken_back(go: Go) -> None:
    trip = go("empty")
    trip.click("Next")
    assert "Microsoft keeps your consent" in trip.screen()
    trip.click("Back")
    to_review(trip)
    to_the_end(trip)
    assert sign_in_grants(trip)
    trip.click("Take back my consent")
    trip.wait_idle()
    assert "Taken back: " in trip.screen()
    assert sign_in_grants(trip) == []
    assert consents(trip) > 0


OTHER_ID = "5d3b9b8c-37a5-4a4f-9d8e-0c6f5f6f2a11"


def other_client() -> Preset:
    blueprint = read_blueprint()
    return Preset(sign_in_client=replace(blueprint.sign_in_client, name="Fabrikam Sign-in", client_id=OTHER_ID))


def test_another_sign_in_client_needs_a_tick(go: Go) -> None:
    trip = go("empty", preset=other_client())
    assert f"I trust Fabrikam Sign-in ({OTHER_ID})" in trip.screen()
    trip.click("Next")
    assert trip.step == "welcome"
    assert "Code: untrusted-client" in trip.problem()
    trip.click("I trust Fabrikam Sign-in")
    trip.click("Next")
    assert trip.step == "sign-in"
    trip.click("Back")
    trip.click("I trust Fabrikam Sign-in")
    trip.click("Next")
    assert trip.step == "welcome"


def test_what_a_named_file_says_is_shown_as_its_claim(go: Go) -> None:
    asked = Preset(purpose=Purpose.GRANT, requested_by="ben.brown@contoso.com", tenant="contoso.com")
    trip = go("half-done", preset=asked)
    assert "The file says that it comes from ben.brown@contoso.com. Nothing proves that" in trip.screen()
    assert "The file names the tenant contoso.com." in trip.screen()


def test_trust_in_one_address_is_not_trust_in_the_one_that_the_tenant_names(go: Go) -> None:
    trip = go("configured")
    typed = trip.window.state.typed
    typed.contact_center, typed.trust_host = "https://contact.example.com", True
    trip.sign_in()
    assert typed.contact_center == "https://acme.brightpattern.com"
    assert not typed.trust_host


def test_a_candidate_is_never_chosen_beforehand(go: Go) -> None:
    trip = go("several-apps")
    trip.sign_in()
    trip.click("Next")
    assert "Anybody can set a name or a tag." in trip.screen()
    assert not any(one.isChecked() for one in trip.visible(QRadioButton))
    assert not trip.button("Continue").isEnabled()


def test_an_old_program_says_so(go: Go, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = tmp_path / "program"
    place.mkdir()
    (place / "origin.json").write_text('{"built": "2020-01-01", "releases": "https://example.com/all"}')
    monkeypatch.setattr(age, "asset", lambda name: place / name)
    trip = go("empty")
    assert "built on 2020-01-01" in trip.screen()
    assert "https://example.com/all" in trip.screen()


def sign_in_grants(trip: WindowJourney) -> list[str]:
    """The scopes of each consent to the client that was signed in through."""
    tenant, client = trip.simulator.tenant, read_blueprint().sign_in_client.client_id
    faces = {e.body["id"] for e in tenant.service_principals.values() if e.body["appId"] == client}
    return [e.body["scope"] for e in tenant.grants.values() if e.body["clientId"] in faces]
