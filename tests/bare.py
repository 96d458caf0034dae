"""The README's two commands on a bare machine, as a new user types them: as root, and as an ordinary user.

python3 -m tests.bare       needs Debian, debootstrap, and root; needs no package of Python's
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.root import inside, make_root

CHECKOUT = Path(__file__).resolve().parents[1]
PACKAGES = ("python3", "python3-venv")
"""What the README tells people to have."""

PRINTED = re.compile(r"^== System packages are missing; this installs them: (.+)$", re.MULTILINE)
USER = "ada"


class Machine:
    """A bare machine, and one user on it with a clone of this checkout."""

    def __init__(self, root: Path, user: str, home: str) -> None:
        self.root = root
        self._user = user
        self._home = home
        clone = self._inside(home) / "emi-installer"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(CHECKOUT), str(clone)], check=True)
        self._owned()

    def _inside(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def _owned(self) -> None:
        subprocess.run(inside(self.root, "chown", "--recursive", f"{self._user}:", self._home), check=True)

    def borrow_cache(self, other: Machine) -> None:
        """Have in pip's cache what `other` has in its own, where pip keeps one."""
        cache = other._inside(f"{other._home}/.cache")
        if cache.exists():
            shutil.copytree(cache, self._inside(f"{self._home}/.cache"))
            self._owned()

    def type(self, command: str) -> str:
        """Run a command of the README in the clone; what it prints. Ends everything where it fails."""
        return self._run(self._user, f"cd ~/emi-installer && {command}")

    def type_as_root(self, command: str) -> None:
        """Run a command that was printed for an administrator."""
        self._run("root", re.sub(r"\bsudo ", "", command))

    def _run(self, user: str, command: str) -> str:
        began = time.monotonic()
        print(f"== {user}: {command}", flush=True)
        printed = ""
        with subprocess.Popen(
            inside(self.root, "sh", "-c", command, user=user, HOME="/root" if user == "root" else self._home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        ) as process:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                printed += line
        print(f"== took {time.monotonic() - began:.0f} s", flush=True)
        if process.returncode:
            sys.exit(f"{user}: '{command}' failed on a bare machine with {process.returncode}")
        return printed


def main() -> None:
    """Make the machine once, and try it twice."""
    with tempfile.TemporaryDirectory(prefix="bare-") as folder:
        Path(folder).chmod(0o755)
        base = Path(folder, "base")
        try:
            make_root(base, PACKAGES)
        except RuntimeError as why:
            sys.exit(f"No bare machine could be made. {why}")
        old_enough = "import sys; sys.exit(sys.version_info < (3, 11))"
        if subprocess.run(inside(base, "python3", "-c", old_enough), check=False).returncode:
            sys.exit("This release has no Python 3.11: the README's commands can't be tried on it.")
        other = Path(folder, "other")
        subprocess.run(["cp", "--archive", str(base), str(other)], check=True)
        administrator = Machine(base, "root", "/root")
        administrator.type("python3 dev.py demo")
        administrator.type("python3 dev.py test")
        subprocess.run(inside(other, "useradd", "--create-home", USER), check=True)
        person = Machine(other, USER, f"/home/{USER}")
        person.borrow_cache(administrator)
        shutil.rmtree(base)
        said = PRINTED.search(person.type("python3 dev.py demo"))
        if said is None:
            sys.exit("An ordinary user was not told how to install the missing system packages.")
        person.type_as_root(said[1])
        person.type("python3 dev.py test")
    print("Both commands work on a bare machine, for root and for an ordinary user.")


if __name__ == "__main__":
    main()
