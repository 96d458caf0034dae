"""The second run in the window: what was found, what to do with it, and the colleague's part."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from emi_installer.core.desired.preset import parse_preset
from emi_installer.local.assets import read_blueprint
from emi_installer.simulator.faults import unavailable
from emi_installer.simulator.scenarios import CALLBACK
from tests.support.expected import FOUND, OUTCOME, TASKS
from tests.support.journey import assert_no_unsaved_secret, assert_set_up
from tests.support.window import WindowJourney

Go = Callable[..., WindowJourney]
NEW = "https://new.brightpattern.com/agentdesktop/msteamscallback.html"


def applications(trip: WindowJourney) -> list[dict[str, Any]]:
    return [e.body for e in trip.simulator.tenant.applications.values()]


def to_tasks(trip: WindowJourney, task: str = "") -> None:
    """From Welcome to the question what to do, and past it if a task is named."""
    trip.sign_in()
    trip.click("Next")
    assert trip.step == "choose-task"
    if task:
        trip.click(task)
        trip.click("Next")
        trip.wait_idle()


def rail(trip: WindowJourney) -> str:
    return trip.window.rail.accessibleName()


class TestFound:
    def test_all_well(self, go: Go) -> None:
        trip = go("configured")
        to_tasks(trip)
        assert "All well." in trip.screen()
        assert "Delegated permissions: 9 of 9 declared, 9 of 9 granted" in trip.screen()
        assert "valid until" in trip.screen()
        assert rail(trip).startswith("Step 3 of")

    def test_what_has_drifted(self, go: Go) -> None:
        trip = go("drifted")
        to_tasks(trip)
        assert "Needs attention: who may sign in" in trip.screen()
        assert 'Client secret "made by hand" (starts with' in trip.screen()

    @pytest.mark.parametrize(
        ("scenario", "task"),
        [("configured", "Check only"), ("drifted", "Repair"), ("secret-expiring", "New client secret")],
    )
    def test_the_likely_task_is_chosen_beforehand(self, scenario: str, task: str, go: Go) -> None:
        trip = go(scenario)
        to_tasks(trip)
        assert trip.button(task).isChecked()

    def test_nothing_is_asked_where_nothing_is(self, go: Go) -> None:
        trip = go("empty")
        trip.sign_in()
        trip.click("Next")
        assert trip.step == "settings"


class TestChoose:
    def test_several(self, go: Go) -> None:
        trip = go("several-apps")
        old = applications(trip)[1]
        to_tasks(trip)
        assert f"Redirect URI {CALLBACK}" in trip.screen()
        assert not trip.button("Next").isEnabled()
        trip.click("EMI (old)")
        trip.click("Continue")
        trip.wait_idle()
        assert old["appId"] in trip.screen()
        trip.click("Remove")
        trip.click("Next")
        trip.type_into("Type the name of the app registration", "EMI (old)")
        trip.click("Remove now")
        trip.wait_idle()
        assert [body["displayName"] for body in applications(trip)] == ["Bright Pattern EMI"]

    def test_another_one_can_be_chosen_again(self, go: Go) -> None:
        trip = go("several-apps")
        first, _ = applications(trip)
        to_tasks(trip)
        trip.click("EMI (old)")
        trip.click("Continue")
        trip.wait_idle()
        trip.click("Choose another app registration")
        trip.click("Bright Pattern EMI")
        trip.click("Continue")
        trip.wait_idle()
        assert first["appId"] in trip.screen()

    def test_one_that_others_could_use_gets_nothing(self, go: Go) -> None:
        trip = go("foreign-app")
        to_tasks(trip)
        trip.choose_first()
        trip.click("Continue")
        trip.wait_idle()
        trip.click("Next")
        trip.wait_idle()
        assert 'Client secret "by hand" (starts with' in trip.screen()
        assert not trip.button("Apply now").isEnabled()

    def test_adopt(self, go: Go) -> None:
        trip = go("foreign-app")
        applications(trip)[0]["passwordCredentials"].clear()
        to_tasks(trip)
        assert "If you adopt it, this program corrects what is missing" in trip.screen()
        trip.choose_first()
        trip.click("Continue")
        trip.wait_idle()
        assert trip.step == "settings"
        trip.click("Next")
        trip.wait_idle()
        trip.click("Details")
        assert "Tag it as managed by this program" in trip.screen()
        trip.click("Apply now")
        trip.wait_idle()
        trip.click("Next")
        trip.save()
        assert_set_up(trip)

    def test_one_that_comes_to_light_with_the_address(self, go: Go) -> None:
        trip = go("foreign-app")
        applications(trip)[0]["web"]["redirectUris"] = [NEW]
        trip.sign_in()
        trip.click("Next")
        assert trip.step == "settings"
        trip.type_into("Contact center URL", "new.brightpattern.com")
        trip.click("Next")
        trip.wait_idle()
        assert "Another app registration already serves this contact center" in trip.screen()
        assert not trip.button("Apply now").isEnabled()
        trip.click("Choose again")
        assert trip.step == "choose-task"
        assert "If you adopt it, this program corrects what is missing" in trip.screen()

    def test_leave_it(self, go: Go) -> None:
        trip = go("foreign-app")
        to_tasks(trip)
        trip.click("Leave it as it is")
        assert "Only one app registration may serve a contact center" in trip.screen()
        assert not trip.button("Continue").isEnabled()
        assert not trip.button("Next").isEnabled()
        trip.click("Cancel")
        assert not trip.window.isVisible()

    @pytest.mark.parametrize("fresh", [True, False])
    def test_restore_or_a_fresh_start(self, fresh: bool, go: Go) -> None:  # noqa: FBT001
        trip = go("deleted-app")
        to_tasks(trip)
        assert "can be restored until" in trip.screen()
        assert "If you register a new one instead" in trip.screen()
        if fresh:
            trip.click("Register a new one")
        else:
            trip.choose_first()
        trip.click("Continue")
        trip.wait_idle()
        trip.click("Next")
        trip.wait_idle()
        trip.click("Apply now")
        trip.wait_idle()
        trip.click("Next")
        assert trip.step == ("credentials" if fresh else "finish")
        if fresh:
            trip.save()
        assert_set_up(trip)
        assert len(trip.simulator.tenant.deleted) == fresh

    def test_a_tenant_that_can_not_be_read_again(self, go: Go) -> None:
        trip = go("foreign-app")
        to_tasks(trip)
        trip.simulator.faults.add("POST /$batch", *[unavailable()] * 40)
        trip.choose_first()
        trip.click("Continue")
        trip.wait_idle()
        assert "Code: unavailable" in trip.problem()
        trip.simulator.faults.scripted.clear()
        trip.click("Try again")
        trip.wait_idle()
        assert trip.step == "settings"

    def test_going_back_and_choosing_otherwise(self, go: Go) -> None:
        trip = go("deleted-app")
        to_tasks(trip)
        trip.choose_first()
        trip.click("Continue")
        trip.wait_idle()
        assert trip.step == "settings"
        trip.click("Back")
        assert trip.button("Next").isEnabled()
        trip.click("Register a new one")
        assert not trip.button("Next").isEnabled()
        trip.click("Continue")
        trip.wait_idle()
        assert trip.window.state.typed.registration is None

    def test_another_account_forgets_the_choice(self, go: Go) -> None:
        trip = go("foreign-app")
        to_tasks(trip)
        trip.choose_first()
        trip.click("Continue")
        trip.wait_idle()
        while trip.step != "sign-in":
            trip.click("Back")
        trip.click("Use another account")
        trip.wait_idle()
        assert trip.window.state.typed.registration is None


class TestTasks:
    def test_new_client_secret_then_the_old_one_goes(self, go: Go) -> None:
        trip = go("configured")
        old = set(trip.simulator.tenant.secrets)
        to_tasks(trip, "New client secret")
        assert trip.step == "settings"
        trip.click("Next")
        trip.wait_idle()
        trip.click("Apply now")
        trip.wait_idle()
        trip.click("Next")
        trip.save()
        trip.click("Next")
        assert "Older client secrets" in trip.screen()
        assert "(1a2b3c), until" in trip.screen()
        assert not trip.button("Remove the old client secrets").isEnabled()
        trip.click("The new one is entered there, and it works")
        trip.click("Remove the old client secrets")
        trip.wait_idle()
        assert "Only the new client secret works now." in trip.screen()
        assert not old & set(trip.simulator.tenant.secrets)
        assert_set_up(trip)
        assert_no_unsaved_secret(trip)

    @pytest.mark.parametrize("remove", [True, False])
    def test_move(self, remove: bool, go: Go) -> None:  # noqa: FBT001
        trip = go("configured")
        to_tasks(trip, "Move to another contact center address")
        trip.type_into("Contact center URL", "new.brightpattern.com")
        assert CALLBACK in trip.screen()
        if remove:
            trip.click("Remove the old address from the app registration")
        trip.click("Next")
        trip.wait_idle()
        trip.click("Apply now")
        trip.wait_idle()
        assert applications(trip)[0]["web"]["redirectUris"] == ([NEW] if remove else [CALLBACK, NEW])

    def test_check_only_changes_nothing_and_saves_a_report(self, go: Go) -> None:
        trip = go("configured")
        before = json.dumps(applications(trip))
        to_tasks(trip, "Check only")
        assert trip.step == "check"
        assert "All well." in trip.screen()
        assert "Granted for Contoso" in trip.screen()
        trip.click("Save the report …")
        trip.choose_file(trip.folder / "report.html")
        assert "All well." in (trip.folder / "report.html").read_text(encoding="utf-8")
        trip.click("Check again")
        trip.wait_idle()
        assert json.dumps(applications(trip)) == before
        trip.click("Finish")
        assert not trip.window.isVisible()

    def test_a_saved_client_secret_is_tried(self, go: Go, tmp_path: Path) -> None:
        trip = go("configured")
        (key, stored), *_ = trip.simulator.tenant.secrets.items()
        file = tmp_path / "handoff-1.json"
        facts = {
            "tenant_id": trip.simulator.tenant.id,
            "client_id": applications(trip)[0]["appId"],
            "client_secret": stored.text,
            "secret_key_id": key,
            "secret_expires": stored.expires.isoformat(),
        }
        file.write_text(json.dumps(facts), encoding="utf-8")
        to_tasks(trip, "Check only")
        assert "Not tested: Microsoft never shows a client secret a second time" in trip.screen()
        trip.click("Try a saved client secret …")
        trip.choose_file(file)
        trip.wait_idle()
        assert "Microsoft accepted it" in trip.screen()
        (tmp_path / "broken").mkdir()
        (tmp_path / "broken" / "x.json").write_text("{", encoding="utf-8")
        trip.click("Try a saved client secret …")
        trip.choose_file(tmp_path / "broken" / "x.json")
        trip.wait_idle()
        assert "Code: handoff-unreadable" in trip.problem()

    def test_remove_asks_for_the_name(self, go: Go) -> None:
        trip = go("configured")
        to_tasks(trip, "Remove")
        assert trip.step == "review"
        assert "no longer be able to connect to Microsoft Teams" in trip.screen()
        for wrong in ("", "bright pattern emi", "Bright Pattern"):
            trip.type_into("Type the name of the app registration", wrong)
            assert not trip.button("Remove now").isEnabled()
        trip.type_into("Type the name of the app registration", "Bright Pattern EMI")
        trip.click("Remove now")
        trip.wait_idle()
        assert "EMI is removed from your tenant, and that was verified." in trip.screen()
        trip.click("Next")
        assert trip.step == "finish"
        assert "can be restored for 30 days" in trip.screen()
        assert applications(trip) == []

    def test_repair_has_no_field_for_the_name(self, go: Go) -> None:
        trip = go("drifted")
        to_tasks(trip, "Repair")
        assert "App name" not in trip.screen()


BUTTONS = {
    "repair": "Repair",
    "new-secret": "New client secret",
    "move": "Move to another contact center address",
    "check": "Check only",
    "remove": "Remove",
}
SAID = {
    "done": "Everything is set up and verified.",
    "nothing-to-change": "Everything is set up and verified.",
    "all-well": "All well.",
    "removed": "EMI is removed from your tenant, and that was verified.",
}


@pytest.mark.parametrize("scenario", FOUND)
@pytest.mark.parametrize("task", TASKS)
def test_each_task_where_something_is_found(scenario: str, task: str, go: Go) -> None:
    trip = go(scenario)
    to_tasks(trip, BUTTONS[task])
    if trip.step == "settings":
        center = "new.brightpattern.com" if task == "move" else "acme.brightpattern.com"
        trip.type_into("Contact center URL", center)
        if task == "move":
            trip.click("Remove the old address from the app registration")
        trip.click("Next")
        trip.wait_idle()
    expected = OUTCOME[scenario, task]
    if expected == "held-by-others":
        assert "Apply opens when nothing is left undecided" in trip.screen()
        assert not trip.button("Apply now").isEnabled()
        return
    if task == "remove":
        trip.type_into("Type the name of the app registration", "Bright Pattern EMI")
        trip.click("Remove now")
    elif task != "check":
        trip.click("Apply now")
    trip.wait_idle()
    if expected == "not-all-well":
        assert "Something does not work." in trip.screen() or "Something needs attention." in trip.screen()
    else:
        assert SAID[expected] in trip.screen()


class TestColleague:
    def waiting(self, go: Go) -> WindowJourney:
        """The first person's part is done."""
        trip = go("no-consent-role")
        trip.review()
        assert "Waiting for a Privileged Role Administrator or Global Administrator" in trip.screen()
        trip.click("Apply now")
        trip.wait_idle()
        assert "Your part is done and verified." in trip.screen()
        trip.click("Next")
        return trip

    def test_the_link_and_the_request(self, go: Go) -> None:
        trip = self.waiting(go)
        assert trip.step == "finish"
        trip.click("Copy the consent link")
        client = applications(trip)[0]["appId"]
        assert QGuiApplication.clipboard().text().endswith(f"/adminconsent?client_id={client}")
        trip.click("Save a request …")
        trip.choose_file(trip.folder / "request.toml")
        assert "It holds no secret" in trip.screen()
        assert tomllib.loads((trip.folder / "request.toml").read_text(encoding="utf-8"))["registration"] == client

    def test_the_request_leads_straight_to_a_review_of_the_grants(self, go: Go) -> None:
        first = self.waiting(go)
        first.click("Save a request …")
        first.choose_file(first.folder / "request.toml")
        file = first.folder / "request.toml"
        preset = parse_preset(file.read_bytes(), str(file), read_blueprint(), first.today)
        second = go("no-consent-role", preset=preset, simulator=first.simulator)
        second.simulator.tenant.default_account = "privileged-role-administrator"
        assert "A file asks you to give the consent" in second.screen()
        second.sign_in()
        second.click("Next")
        assert second.step == "review"
        assert "Grant admin consent for 4 application permissions" in second.screen()
        assert "sends sign-ins to https://acme.brightpattern.com" in second.screen()
        assert "Register" not in second.screen()
        second.click("Apply now")
        second.wait_idle()
        assert "The consent is given and verified." in second.screen()
        second.click("Next")
        assert "Tell your colleague" in second.screen()

        third = go("no-consent-role", simulator=first.simulator)
        third.simulator.tenant.default_account = "application-administrator"
        to_tasks(third)
        assert "4 of 4 declared, 4 of 4 granted" in third.screen()
        third.click("Repair")
        third.click("Next")
        third.click("Next")
        third.wait_idle()
        third.click("Apply now")
        third.wait_idle()
        third.click("Next")
        third.save()
        assert_set_up(third)

    def test_an_account_without_a_role_gets_a_request_at_once(self, go: Go) -> None:
        trip = go("not-admin")
        trip.review()
        assert not trip.button("Apply now").isEnabled()
        assert "This is for a Global Administrator of Contoso" in trip.screen()
        trip.click("Save a request …")
        trip.choose_file(trip.folder / "request.toml")
        saved = tomllib.loads((trip.folder / "request.toml").read_text(encoding="utf-8"))
        assert saved["purpose"] == "set-up"

    def test_a_refusal_in_mid_run_offers_the_request_too(self, go: Go) -> None:
        trip = go()
        trip.simulator.tenant.default_account = "privileged-role-administrator"
        trip.simulator.tenant.users_may_register_apps = False
        trip.review()
        trip.click("Apply now")
        trip.wait_idle()
        assert "Code: missing-privilege" in trip.problem()
        trip.click("Save a request for a colleague")
        trip.choose_file(trip.folder / "request.toml")
        assert "It holds no secret" in trip.screen()

    def test_the_custom_role_box(self, go: Go) -> None:
        trip = go("not-admin")
        trip.click("Advanced")
        trip.click("My rights come from a custom role")
        trip.review()
        assert trip.button("Apply now").isEnabled()


def test_every_visible_text_is_plain(go: Go) -> None:
    trip = go("several-apps")
    applications(trip)[1]["displayName"] = "<b>x</b> &Co"
    to_tasks(trip)
    assert "<b>x</b> Co" in trip.screen()
    assert all(not label.openExternalLinks() for label in trip.visible(QLabel))
