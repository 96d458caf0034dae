"""Errors as people read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from emi_installer.core.errors.errors import InstallerError
from emi_installer.wording.errors import explain


@contextmanager
def refusing(pattern: str) -> Iterator[pytest.ExceptionInfo[InstallerError]]:
    """Within, an InstallerError is raised whose sentences hold `pattern`."""
    with pytest.raises(InstallerError) as raised:
        yield raised
    sentences = str(explain(raised.value))
    assert re.search(pattern, sentences), sentences
