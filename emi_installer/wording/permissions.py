"""What will become of a permission, in words."""

from __future__ import annotations

from emi_installer.core.observed.permissions import PermissionState
from emi_installer.wording.language import _


def permission_outlook(state: PermissionState) -> tuple[str, ...]:
    """Whether a permission needs admin consent, and whether it has it, gets it, or waits for a colleague."""
    if state.published is None:
        return (_("This Microsoft cloud does not offer it"), _("Cannot be granted"))
    consent = _("Needs admin consent") if state.published.admin_consent else _("Admin consent not required")
    if state.granted:
        return (consent, _("Granted already"))
    return (consent, _("Waits for a colleague") if state.deferred else _("Will be granted"))
