"""`refused`: as `pytest.raises`, for the sentences that a person reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from emi_installer.core.errors.errors import InstallerError
from emi_installer.wording.errors import explain


@contextmanager
def refused(said: str) -> Iterator[pytest.ExceptionInfo[InstallerError]]:
    """Inside, an error is raised whose sentences have what the pattern `said` looks for."""
    with pytest.raises(InstallerError) as problem:
        yield problem
    assert re.search(said, str(explain(problem.value)))
