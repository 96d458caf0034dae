"""A Debian of its own in a folder: the release that runs here, and the packages that one names.

It is given how this machine reaches Debian's and Python's packages, and nothing else of it.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

DEBOOTSTRAP = shutil.which("debootstrap", path="/usr/sbin:/usr/bin")
POSSIBLE = sys.platform == "linux" and os.geteuid() == 0 and DEBOOTSTRAP is not None
REASON = "needs Debian, debootstrap, and root"

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_NETWORK = re.compile(r"PIP_\w+|(https?|all|no)_proxy", re.IGNORECASE)
_ALONE = ("unshare", "--mount", "--pid", "--fork", "--kill-child")
"""What is mounted and started by a command ends with it, even if that is killed."""

_CONFIGURATION = ("etc/apt", "etc/pip.conf", "etc/xdg/pip", "etc/hosts", "etc/resolv.conf")


def make_root(place: Path, packages: Iterable[str]) -> None:
    """Install the release that runs here into the folder `place`; RuntimeError says why not."""
    if not POSSIBLE:
        raise RuntimeError(f"A bare machine {REASON}.")
    release = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    command = [str(DEBOOTSTRAP), "--variant=minbase", f"--include={','.join(packages)}", release, str(place)]
    made = subprocess.run([*_ALONE, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if made.returncode:
        raise RuntimeError(made.stdout[-2000:])
    place.chmod(0o755)
    _configure(place)


def _configure(place: Path) -> None:
    """Let apt and pip in there reach what they reach here, certificates and proxies included."""
    (place / "etc/apt/sources.list").unlink(missing_ok=True)
    for name in _CONFIGURATION:
        _copy(Path("/", name), place)
    texts = [os.environ.get(name, "") for name in os.environ if _NETWORK.fullmatch(name)]
    texts += [file.read_text(encoding="utf-8") for file in (place / "etc").glob("**/pip.conf")]
    for named in re.findall(r"(?<![\w/:])/[\w./-]+", "\n".join(texts)):
        if Path(named).is_file():
            _copy(Path(named), place)


def _copy(source: Path, place: Path) -> None:
    target = place / source.relative_to("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
    elif source.exists():
        shutil.copy(source, target)


def inside(place: Path, *command: str, user: str = "root", **environment: str) -> list[str]:
    """What runs `command` in there as `user`, in an environment of its own, and without this one's processes."""
    kept = {name: value for name, value in os.environ.items() if _NETWORK.fullmatch(name)}
    own = {"PATH": _PATH, **kept, **environment}
    return [
        *(*_ALONE, f"--mount-proc={place / 'proc'}"),
        *("chroot", f"--userspec={user}", str(place)),
        *("env", "--ignore-environment", *(f"{name}={value}" for name, value in own.items()), *command),
    ]
