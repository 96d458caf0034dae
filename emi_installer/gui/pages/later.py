"""The pages after the first one; imported while people read that."""

from __future__ import annotations

from emi_installer.gui.page import Page
from emi_installer.gui.pages.apply import ApplyPage
from emi_installer.gui.pages.check import CheckPage
from emi_installer.gui.pages.choose_task import ChooseTaskPage
from emi_installer.gui.pages.credentials import CredentialsPage
from emi_installer.gui.pages.finish import FinishPage
from emi_installer.gui.pages.review import ReviewPage
from emi_installer.gui.pages.settings import SettingsPage
from emi_installer.gui.pages.sign_in import SignInPage

PAGES: tuple[type[Page], ...] = (
    SignInPage,
    ChooseTaskPage,
    SettingsPage,
    ReviewPage,
    ApplyPage,
    CredentialsPage,
    FinishPage,
    CheckPage,
)
