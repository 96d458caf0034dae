"""For real: the window on a screen, a browser on the sign-in page, mouse and keyboard up to the saved file."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support.desk import a_desk, needed, walk


@needed
def test_the_whole_way_with_a_real_browser(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        walk(desk, sys.executable, "-m", "emi_installer")
