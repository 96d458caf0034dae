"""The built programs do what they are for, from the console and on a screen with a real browser."""

from __future__ import annotations

import json
import re
import shutil
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import dev
from emi_installer import __version__
from release.project import releases
from tests.packaging.programs import CONSOLE, FOLDER, ONE_FILE, WINDOW, built, end, run, start
from tests.support.desk import a_desk, needed, walk

MOST_MEMORY_MB = 120

pytestmark = built


@pytest.mark.parametrize("program", [CONSOLE, ONE_FILE], ids=lambda path: path.name)
def test_the_whole_demo_from_the_console(program: Path, home: Path) -> None:
    code, out = run(home, program, "apply", "--demo", "--yes", "--json", "--handoff", "handoff.json")
    assert code == 0, out
    saved = json.loads((home / "handoff.json").read_text(encoding="utf-8"))
    assert saved["verified"] is True
    assert saved["demo"] is True


@pytest.mark.skipif(dev.commit_time() == dev.EPOCH, reason="not a git checkout")
@pytest.mark.parametrize("program", [CONSOLE, ONE_FILE], ids=lambda path: path.name)
def test_it_knows_when_it_was_built_and_where_newer_ones_are(program: Path, home: Path) -> None:
    code, out = run(home, program, "--version")
    assert code == 0, out
    first, second = out.splitlines()
    assert re.fullmatch(rf"emi-installer {re.escape(__version__)}, built on 20\d\d-\d\d-\d\d", first)
    assert second == f"Newer versions: {releases()}"


def test_a_report_has_its_template(home: Path) -> None:
    code, out = run(home, CONSOLE, "verify", "--demo", "configured", "--report", "report.html")
    assert code == 0, out
    assert "All well." in (home / "report.html").read_text(encoding="utf-8")


@pytest.fixture
def preset() -> Iterator[None]:
    place = FOLDER / "emi-installer.toml"
    place.write_text('contact_center = "vendor.brightpattern.com"\n', encoding="utf-8")
    yield
    place.unlink()


@pytest.mark.usefixtures("preset")
def test_the_preset_beside_it_is_found(home: Path) -> None:
    _, out = run(home, CONSOLE, "plan", "--demo")
    assert "https://vendor.brightpattern.com/agentdesktop/msteamscallback.html" in out
    assert "emi-installer.toml" in out


@pytest.mark.parametrize("program", [WINDOW, ONE_FILE], ids=lambda path: path.name)
def test_the_window_opens(program: Path, home: Path) -> None:
    child = start(home, program, "--demo")
    patience = time.monotonic() + 30
    try:
        while "step=welcome" not in "".join(p.read_text(encoding="utf-8") for p in home.rglob("*.log")):
            assert child.poll() is None, (home / "out.txt").read_text(encoding="utf-8")
            assert time.monotonic() < patience, "the first page does not come"
            time.sleep(0.05)  # another process gives no signal
    finally:
        end(child)


PRESET = 'contact_center = "acme.brightpattern.com"\nsupport_contact = "Acme Support"\n'


@pytest.mark.parametrize(
    ("program", "more"), [(ONE_FILE, ()), (CONSOLE, ("--executable", str(ONE_FILE)))], ids=["itself", "from the folder"]
)
def test_it_packs_a_package_that_works(program: Path, more: tuple[str, ...], home: Path) -> None:
    (home / "acme.toml").write_text(PRESET, encoding="utf-8")
    code, out = run(home, program, "package", "--preset", "acme.toml", "--output", "Acme.zip", *more)
    assert code == 0, out
    with zipfile.ZipFile(home / "Acme.zip") as archive:
        archive.extractall(home)
    unpacked = home / "Acme"
    assert {place.name for place in unpacked.iterdir()} == {
        ONE_FILE.name,
        "Guide.html",
        "SHA256SUMS",
        "emi-installer.toml",
        "licenses",
        "sbom.cdx.json",
    }
    (unpacked / ONE_FILE.name).chmod(0o755)
    code, out = run(home, unpacked / ONE_FILE.name, "plan", "--demo")
    assert code == 3, out
    assert str(unpacked / "emi-installer.toml") in out
    code, out = run(home, unpacked / ONE_FILE.name, "apply", "--demo", "--yes", "--handoff", "handoff.json")
    assert code == 0, out
    assert "emi-installer.toml" not in out


@pytest.fixture
def without_python(home: Path) -> Path:
    """Everything that is usually on the path, but no Python."""
    folder = home / "bin"
    folder.mkdir()
    for tool in Path("/usr/bin").iterdir():
        if not tool.name.startswith("python"):
            (folder / tool.name).symlink_to(tool)
    return folder


@needed
@pytest.mark.skipif(sys.platform != "linux", reason="a screen of X11")
@pytest.mark.parametrize("program", [WINDOW, ONE_FILE], ids=lambda path: path.name)
def test_the_whole_way_with_a_real_browser(program: Path, home: Path, without_python: Path) -> None:
    seen: dict[str, float] = {}

    def look(pid: int) -> None:
        seen["MB"] = sum(_peak_mb(one) for one in _family(pid))
        (browser,) = _started_with(f"--user-data-dir={home}/profile")
        variables = Path(f"/proc/{browser}/environ").read_bytes().split(b"\0")
        names = {variable.partition(b"=")[0] for variable in variables}
        assert not {b"LD_LIBRARY_PATH", b"QT_PLUGIN_PATH", b"QML2_IMPORT_PATH"} & names

    with a_desk(home, PATH=str(without_python)) as desk:
        assert shutil.which("python3", path=desk.environment["PATH"]) is None
        walk(desk, str(program), on_finish=look)
    print(f"{program.name}: at most {seen['MB']:.0f} MB of memory in a whole demo journey")
    assert seen["MB"] <= MOST_MEMORY_MB


def _family(pid: int) -> Iterator[int]:
    """A process and what it has started of its own; one file runs as two."""
    yield pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    command = Path(f"/proc/{pid}/cmdline").read_bytes()  # /proc/*/exe is the superuser's: the program can't be dumped
    yield from (int(child) for child in children if Path(f"/proc/{child}/cmdline").read_bytes() == command)


def _peak_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _started_with(argument: str) -> list[int]:
    """The browser's first process, whose command line has `argument`, and no type of a helper's."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            command = (place / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if argument in command and not any(part.startswith("--type=") for part in command):
            found.append(int(place.name))
    return found
