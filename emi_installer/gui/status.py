"""How the rows of a verification look."""

from __future__ import annotations

from emi_installer.core.observed.checks import Status
from emi_installer.gui.entry import Look

STATUS = {
    Status.OK: Look("done", "ok", "ok"),
    Status.ATTENTION: Look("alert", "attention", "attention"),
    Status.FAILED: Look("failed", "failed", "failed"),
    Status.UNTESTED: Look("info", "muted", "not tested"),
    Status.DEFERRED: Look("waiting", "attention", "waiting"),
    Status.NOTE: Look("info", "muted", "note"),
}
