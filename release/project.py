"""The name of the repository, which pyproject.toml says, in every file that tells people of it.

python -m release.project                     print it
python -m release.project OWNER/NAME          set it, in pyproject.toml and everywhere else
python -m release.project --check OWNER/NAME  fail unless it is this one
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
TELLING = ("README.md", "SECURITY.md", "docs/packaging.md", "pyproject.toml")
"""Files in which the name stands; tests/packaging/test_release.py holds them against pyproject.toml."""

_HOST = "https://github.com/"
_NAME = re.compile(r"[\w.-]+/[\w.-]+")


def repository() -> str:
    """Such as OWNER/NAME."""
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
    return str(urls["Repository"]).removeprefix(_HOST)


def releases() -> str:
    """The page with all versions."""
    return f"{_HOST}{repository()}/releases"


def origin(commit_time: str) -> str:
    """What a built program knows of its origin, as JSON; `commit_time` is in seconds since 1970."""
    built = datetime.fromtimestamp(int(commit_time), UTC).date().isoformat()
    return json.dumps({"built": built, "releases": releases()}) + "\n"


def rename(name: str) -> None:
    """Write `name` wherever the repository's name stands."""
    before = repository()
    for file in (ROOT / telling for telling in TELLING):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(before, name), encoding="utf-8", newline="\n")


def main(arguments: list[str]) -> int:
    """Do what the module's text says; the exit code."""
    match arguments:
        case []:
            print(repository())
        case ["--check", name]:
            if name != repository():
                print(f"pyproject.toml says {repository()}, this is {name}: python -m release.project {name}")
                return 1
        case [name] if _NAME.fullmatch(name):
            rename(name)
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
