"""Properties that the Graph of a cloud does not have: asked for once, then left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from emi_installer.entra.calls import Call
from emi_installer.entra.failures import GraphFailure
from emi_installer.entra.odata import without_selected

_UNKNOWN = re.compile(r"Could not find a property named '([^']+)'")


@dataclass(kw_only=True)
class Properties:
    """What one Graph was found not to know; clouds get new properties one after the other."""

    _unknown: set[str] = field(default_factory=set)

    def learn(self, failure: GraphFailure) -> None:
        """Take note of the property that a refusal names, if it does."""
        self._unknown.update(_UNKNOWN.findall(failure.message))

    def known(self, call: Call) -> Call:
        """The call without what is not known, where it selects properties."""
        if not self._unknown:
            return call
        return replace(call, path=without_selected(call.path, self._unknown))
