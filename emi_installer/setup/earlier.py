"""Going on where an earlier run ended: its handoff file is there, but it was not proven, or the tenant was not told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import InstallerError, error
from emi_installer.core.observed.tenant import ObservedTenant
from emi_installer.core.plan.credentials import Credentials, proven_keys
from emi_installer.documents.handoff import parse_handoff
from emi_installer.local.assets import read_handoff_template
from emi_installer.local.inputs import read_file


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierHandoff:
    """The handoff file of an earlier run: somebody has the client secret in it."""

    file: Path
    credentials: Credentials

    def claim(self, observed: ObservedTenant, tag: str) -> ObservedTenant:
        """`observed`, where the client secret in the file counts as saved; raises "handoff-exists" where it is none.

        `tag` is the blueprint's.
        """
        registration = observed.registration
        if registration is None or not proven_keys(self.credentials, observed.signed_in.tenant_id, registration):
            raise error(Code.HANDOFF_EXISTS, file=self.file)
        return replace(observed, registration=registration.with_saved(tag, self.credentials.client_secret.key_id))


def read_handoff(file: Path) -> Credentials:
    """The values in a handoff file of either kind; raises InstallerError "handoff-unreadable", "file-unreadable"."""
    return parse_handoff(read_file(file), str(file), read_handoff_template())


def earlier_handoff(file: Path) -> EarlierHandoff | None:
    """What an earlier run left in `file`; None where there is no file.

    Raises InstallerError "handoff-exists" where the file is something else.
    """
    if not file.exists():
        return None
    try:
        return EarlierHandoff(file=file, credentials=read_handoff(file))
    except InstallerError:
        raise error(Code.HANDOFF_EXISTS, file=file) from None
