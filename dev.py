#!/usr/bin/env python3
"""Runs the EMI installer from a checkout; needs nothing but Python 3.11 or newer.

    python3 dev.py demo                 the window on a simulated tenant; without a screen, the main job in the console
    python3 dev.py demo window [NAME]   the window on the simulated tenant NAME
    python3 dev.py demo VERB OPTION...  any job of the console there: plan, apply, verify (try plan --help)
    python3 dev.py demo list            the simulated tenants to choose from
    python3 dev.py test                 all checks: style, types, tests, coverage
    python3 dev.py test OPTION...       the tests alone, with these options of pytest
    python3 dev.py loaded [RUNS]        the tests in random order, three times, while every processor is kept busy
    python3 dev.py faults               every request of four journeys with everything that can go wrong with it
    python3 dev.py fuzz [RUNS]          the parsers of presets and answers with whatever reaches new code (Linux, 3.11)
    python3 dev.py build                the executables, in dist, and their tests
    python3 dev.py pyinstaller [OPTION] the executables alone, with these options of PyInstaller
    python3 dev.py screenshots [FOLDER] a picture of every page, light and dark, at 100 % and 200 % (default: pictures)
    python3 dev.py messages [FILE]      what the program says, for translators (default: emi-installer.pot)
    python3 dev.py lock [--upgrade]     renew the locks after a change in pyproject.toml (needs uv)

The first start makes .venv and installs the locked packages, which takes a minute or two; later ones start at once.
"""
# No `from __future__ import annotations`: Python 3.6 must get as far as the sentence below.

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - people start this with whatever Python they have
    sys.exit("This needs Python 3.11 or newer; this is Python {}.{}.".format(*sys.version_info))

import hashlib
import importlib.util
import os
import shlex
import shutil
import socket
import subprocess
import tempfile
import venv
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
BUILD_LOCK = ROOT / "release" / "requirements.lock"
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
INSTALLER = SCRIPTS / ("emi-installer.exe" if os.name == "nt" else "emi-installer")

SKIPPED = ROOT / ".pytest_cache" / "results.xml"
LOG = ROOT / "build" / "setup.log"
X_PORT = 6000
WIDTH = 78

EPOCH = "1577836800"
"""In place of the time of a commit that is not known; 2020-01-01."""

ALL_TESTS = ("pytest", "--numprocesses=2", "--ignore=tests/faults", "--ignore=tests/packaging")

LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""What Qt loads, and the package of Debian and Ubuntu that has it."""


def main(arguments: list[str]) -> int:
    """Run one verb; its exit code."""
    verb, *rest = arguments or ["--help"]
    if verb in {"-h", "--help"}:
        print(__doc__)
        return 0
    if verb not in VERBS:
        print(f"dev.py knows no '{verb}'.\n\n{__doc__}", file=sys.stderr)
        return 2
    return VERBS[verb](rest)


def demo(rest: list[str]) -> int:
    """Run the program on a simulated tenant: the window where there is a screen, else the console."""
    prepare()
    if rest[:1] == ["window"] or (not rest and has_screen()):
        return run([PYTHON, "-m", "emi_installer", "--demo", *rest[1:]])
    command = [str(INSTALLER), *demo_arguments(rest)]
    say(shlex.join(["emi-installer", *command[1:]]))
    return run(command)


def has_screen() -> bool:
    """Whether a window can be shown: on Linux, whether the screen that the environment names answers."""
    if sys.platform != "linux":
        return True
    wayland = os.environ.get("WAYLAND_DISPLAY", "")
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    return bool(wayland and answers(str(Path(folder, wayland)))) or x11_answers(os.environ.get("DISPLAY", ""))


def x11_answers(display: str) -> bool:
    """Whether there is somebody at a DISPLAY such as :0, unix:0, :0.0 or host:10.0."""
    host, _, number = display.rpartition(":")
    number = number.partition(".")[0]
    if not number.isdecimal():
        return False
    if host not in {"", "unix"}:
        return network_answers(host.strip("[]"), X_PORT + int(number))
    place = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where every X server has it
    return answers(place) or answers(f"\0{place}")


def answers(place: str) -> bool:
    """Whether somebody listens at a socket of this computer."""
    with socket.socket(socket.AF_UNIX) as asked:
        try:
            asked.connect(place)
        except OSError:
            return False
    return True


def network_answers(host: str, port: int) -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return False
    return True


def demo_arguments(rest: list[str]) -> list[str]:
    """The console's arguments: what is given, and what a demonstration needs besides."""
    if rest == ["list"]:
        return ["plan", "--demo", "list"]
    arguments = list(rest)
    if not rest or rest[0].startswith("-"):
        arguments = ["apply", "--yes", *rest]
    given = {argument.partition("=")[0] for argument in arguments}
    if "--demo" not in given:
        arguments.append("--demo")
    if arguments[0] == "apply" and "--handoff" not in given:
        arguments += ["--handoff", str(Path(tempfile.mkdtemp(prefix="emi-demo-")) / "handoff.txt")]
    return arguments


def test(rest: list[str]) -> int:
    """Run every check, or pytest alone with the given options."""
    prepare()
    if rest:
        return run([PYTHON, "-m", "pytest", *rest])
    windows = ["--platform=win32", "--no-warn-unreachable", "--cache-dir=.mypy_cache/win32"]
    coverage = ["--cov", "--cov-report="]
    report = ["coverage", "report", "--fail-under=95"]
    checks = {
        "Style": ["ruff", "check"],
        "Format": ["ruff", "format", "--check"],
        "Types": ["mypy"],
        "Types, for Windows": ["mypy", *windows, "emi_installer", "release"],
        "Tests": [*ALL_TESTS, f"--junitxml={SKIPPED}", *coverage],
        "Coverage of core, at least 95 %": [*report, "--include=emi_installer/core/*"],
        "Coverage of entra, at least 95 %": [*report, "--include=emi_installer/entra/*"],
    }
    SKIPPED.unlink(missing_ok=True)
    failed = []
    for heading, check in checks.items():
        say(heading)
        if run([PYTHON, "-m", *check]):
            failed.append(heading)
    for reason, count in skipped().most_common():
        print(f"Skipped {count}: {reason}", file=sys.stderr)
    say("Failed: " + "; ".join(failed) if failed else "All checks passed")
    return 1 if failed else 0


def messages(rest: list[str]) -> int:
    """Collect what the program says into a template of gettext's."""
    return run([sys.executable, "-m", "release.messages", *rest])


def skipped() -> Counter[str]:
    """Why tests were skipped, and how many."""
    if not SKIPPED.exists():
        return Counter()
    found = ET.parse(SKIPPED).iter("skipped")  # noqa: S314 - pytest wrote it
    return Counter(one.get("message", "") for one in found)


def loaded(rest: list[str]) -> int:
    """Run the tests several times in random order, while as many processes as there are processors do nothing else."""
    prepare()
    with busy(os.cpu_count() or 1):
        return max(run([PYTHON, "-m", *ALL_TESTS]) for _ in range(int(rest[0]) if rest else 3))


@contextmanager
def busy(count: int) -> Iterator[None]:
    """Keep `count` processors busy for a while."""
    processes = [subprocess.Popen([PYTHON, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def lock(rest: list[str]) -> int:
    """Write requirements.lock for every system and Python from pyproject.toml, and the part of it that builds."""
    uv = shutil.which("uv")
    if not uv:
        sys.exit("This needs uv, which is not installed: python3 -m pip install uv")
    shape = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-emit-index-url", "--no-strip-extras"]
    command = [uv, "pip", "compile", *shape, "--custom-compile-command=python3 dev.py lock", "--quiet", *rest]
    everything = ["--group=test", "--group=build", f"--output-file={LOCK.name}"]
    building = ["--group=build", f"--constraint={LOCK.name}", f"--output-file={BUILD_LOCK.relative_to(ROOT)}"]
    return run([*command, *everything, "pyproject.toml"]) or run([*command, *building, "pyproject.toml"])


def screenshots(rest: list[str]) -> int:
    """Take a picture of every page of the window."""
    prepare()
    folder = Path(rest[0] if rest else "pictures").absolute()
    failed = [scale for scale in "12" if run([PYTHON, "-m", "tests.screenshots", folder], {"QT_SCALE_FACTOR": scale})]
    say(f"Pictures are in {folder}")
    return 1 if failed else 0


def faults(_rest: list[str]) -> int:
    """Break every request of four journeys in every way; kill processes, and start two at once."""
    prepare()
    tests = run([PYTHON, "-m", "pytest", "--numprocesses=2", "tests/faults"])
    return run([PYTHON, "-m", "tests.faults"]) or tests


def fuzz(rest: list[str]) -> int:
    """Feed the parsers of untrusted input with whatever reaches new code in them."""
    prepare()
    return run([PYTHON, "-m", "tests.fuzz", *rest])


def build(_rest: list[str]) -> int:
    """Make the executables in dist, and try them."""
    prepare()
    return pyinstaller([]) or run([PYTHON, "-m", "pytest", "-rP", "tests/packaging"])


def pyinstaller(rest: list[str]) -> int:
    """Make the executables; the same commit gives the same bytes."""
    quiet = ["--clean", "--noconfirm", "--log-level=WARN"]
    return run(
        [PYTHON, "-m", "PyInstaller", *quiet, *rest, "build.spec"],
        {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": commit_time()},
    )


def commit_time() -> str:
    """When the commit was made, in seconds since 1970; any fixed moment where that is not known."""
    if not shutil.which("git"):
        return EPOCH
    asked = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
    return asked.stdout.strip() or EPOCH


VERBS = {
    "demo": demo,
    "test": test,
    "loaded": loaded,
    "build": build,
    "pyinstaller": pyinstaller,
    "faults": faults,
    "fuzz": fuzz,
    "screenshots": screenshots,
    "messages": messages,
    "lock": lock,
}


def prepare() -> None:
    """Make .venv hold what the lock and pyproject.toml say; an interrupted start begins again."""
    packages = digest(sys.version, str(ROOT), LOCK.read_text(encoding="utf-8"))
    project = digest(packages, (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    if not (PYTHON.exists() and is_done("packages", packages)):
        install_system_packages()
        say("Making .venv and installing the locked packages: once, a minute or two")
        venv.create(VENV, clear=True, with_pip=True)
        pip("--require-hashes", "--only-binary=:all:", f"--requirement={LOCK}")
        mark_done("packages", packages)
    if not is_done("project", project):
        pip("--quiet", "--no-deps", "--no-build-isolation", f"--editable={ROOT}")
        mark_done("project", project)


def digest(*texts: str) -> str:
    """One line that changes when a text does."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def is_done(step: str, state: str) -> bool:
    """Whether `step` was finished for this `state`."""
    stamp = VENV / f"{step}.done"
    return stamp.exists() and stamp.read_text(encoding="ascii") == state


def mark_done(step: str, state: str) -> None:
    """Remember that `step` was finished for this `state`."""
    (VENV / f"{step}.done").write_text(state, encoding="ascii")


def pip(*options: str) -> None:
    """Install with .venv's pip, or end here."""
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar=off"]
    if watch([PYTHON, "-m", "pip", "install", *quiet, *options]):
        reasons = [line for line in LOG.read_text(encoding="utf-8").splitlines() if line.startswith("ERROR: ")]
        told = ["The packages could not be installed.", *reasons[-3:], f"The whole log: {LOG}"]
        sys.exit("\n".join([*told, "Starting again begins afresh."]))


def watch(command: Sequence[str | Path], more: Mapping[str, str] | None = None) -> int:
    """Run a command whose output goes to LOG, and tell how far pip is; its exit code."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    progress = Progress(sum("==" in line and line[0].isalnum() for line in lines))
    LOG.parent.mkdir(exist_ok=True)
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", **(more or {})}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    with LOG.open("w", encoding="utf-8") as log, process:
        try:
            for line in process.stdout or ():
                log.write(line)
                progress.read(line)
        except KeyboardInterrupt:
            sys.exit("\nInterrupted. Starting again begins afresh.")
        finally:
            progress.end()
    return process.returncode


class Progress:
    """What pip is doing: one line that changes on a terminal, a line for each phase elsewhere."""

    def __init__(self, packages: int) -> None:
        self._packages = packages
        self._found = 0
        self._phase = ""

    def read(self, line: str) -> None:
        """Look at a line of pip's."""
        words = line.split()
        if line.startswith("Ignoring "):  # a package for another system
            self._packages -= 1
        elif line.startswith("Collecting "):
            self._found += 1
            self._show("Downloading", f"{self._found} of {self._packages}: {words[1]}")
        elif line.startswith("Installing collected packages"):
            self._show("Installing", f"{self._found} packages")

    def end(self) -> None:
        """Leave the line."""
        if self._phase and sys.stderr.isatty():
            print(file=sys.stderr)

    def _show(self, phase: str, detail: str) -> None:
        if sys.stderr.isatty():
            print(f"\r{phase} {detail}"[:WIDTH].ljust(WIDTH), end="", file=sys.stderr, flush=True)
        elif phase != self._phase:
            print(f"{phase} {self._packages} packages …", file=sys.stderr, flush=True)
        self._phase = phase


def install_system_packages() -> None:
    """Install what Debian and Ubuntu keep apart: ensurepip and Qt's libraries; nothing on other systems."""
    if sys.platform != "linux" or not shutil.which("apt-get"):
        return
    known = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=False).stdout
    missing = [package for library, package in LIBRARIES.items() if f"\t{library} " not in known]
    if not importlib.util.find_spec("ensurepip"):
        missing.append("python{}.{}-venv".format(*sys.version_info))
    if not missing:
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if os.geteuid() == 0:
        say("Installing system packages: " + " ".join(missing))
        silent = {"DEBIAN_FRONTEND": "noninteractive"}
        if watch(["apt-get", "update"], silent) or watch([*install, "-o=Dpkg::Use-Pty=0"], silent):
            say(f"They could not be installed; going on without them. The log: {LOG}")
    else:
        say(f"System packages are missing; this installs them: sudo apt-get update && sudo {shlex.join(install)}")
    if not importlib.util.find_spec("ensurepip"):
        sys.exit("Python makes no .venv without its ensurepip module; please install that first.")


def say(heading: str) -> None:
    """Print a heading apart from what the verb itself prints on stdout."""
    print(f"\n== {heading}", file=sys.stderr, flush=True)


def run(command: Sequence[str | Path], more: Mapping[str, str] | None = None) -> int:
    """Run a command from the checkout's root; its exit code. Ctrl-C is the command's to answer."""
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(more or {})}) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
