"""Sentences of the domain are in `wording/` alone: no other module has prose, but for the exceptions here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.shared import ROOT

PACKAGE = ROOT / "emi_installer"

PROSE = re.compile(r"[^\W\d_]{2,}[,;:.]? +[^\W\d_]{2,}")
"""Two words with a blank between them."""

ELSEWHERE = {
    "__main__.py": "what is said before anything else is loaded",
    "console/": "the console's own questions, help and last words",
    "gui/": "the labels of the window's own controls",
    "simulator/": "what Microsoft says",
    "core/json_text.py": "a message for programmers",
    "core/desired/lifetime.py": "a rule of an answer and what it says when it is broken stand together",
    "core/desired/answers.py": "a rule of an answer and what it says when it is broken stand together",
    "core/desired/clouds.py": "Microsoft's names of its clouds",
    "core/desired/contact_center.py": "a rule of an answer and what it says when it is broken stand together",
    "core/desired/fields.py": "a rule of an answer and what it says when it is broken stand together",
    "core/desired/preset.py": "a rule of a preset and what it says when it is broken stand together",
    "core/observed/tenant.py": "the name that our client secrets get in the tenant, by which they are known again",
    "core/plan/credentials.py": "a message for programmers",
    "documents/guide.py": "HTML",
    "documents/handoff.py": "a rule of a file name and what it says when it is broken stand together",
    "documents/reminder.py": "iCalendar",
    "documents/report.py": "HTML, and a rule of a file name and what it says when it is broken",
    "entra/": "what Microsoft says, and reasons that errors quote",
    "local/": "what an operating system says, and reasons that errors quote",
    "setup/flow.py": "the titles of the window's pages",
    "setup/session.py": "a reason that an error quotes",
}
"""Where prose stands besides `wording/`, and why; a folder ends with a slash."""


def literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and text of each literal that is no docstring; an f-string is one, with {} for its values."""
    skipped = {
        id(part)
        for node in ast.walk(tree)
        for part in (
            [node.value] if isinstance(node, ast.Expr) else node.values if isinstance(node, ast.JoinedStr) else []
        )
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
            yield node.lineno, "".join(map(str, parts))


def prose(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [f"{line}: {text}" for line, text in literals(tree) if PROSE.search(text)]


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if not place(path).startswith("wording/")]


def test_prose_is_in_wording_alone() -> None:
    elsewhere = tuple(ELSEWHERE)
    found = {place(path): prose(path) for path in MODULES if not place(path).startswith(elsewhere)}
    assert {module: texts for module, texts in found.items() if texts} == {}


def test_no_exception_is_left_behind() -> None:
    with_prose = [place(path) for path in MODULES if prose(path)]
    assert [name for name in ELSEWHERE if not any(module.startswith(name) for module in with_prose)] == []


def test_a_sentence_of_wording_is_not_written_again() -> None:
    """What `wording` says, no front end says in its own words a second time."""
    said = {text for path in (PACKAGE / "wording").glob("*.py") for _, text in sentences(path)}
    again = {f"{place(path)}:{line}: {text}" for path in MODULES for line, text in sentences(path) if text in said}
    assert again == set()


def sentences(path: Path) -> Iterator[tuple[int, str]]:
    for line, text in literals(ast.parse(path.read_text(encoding="utf-8"))):
        if len(re.findall(r"\w+", text)) > 3:
            yield line, text


def test_the_walk_sees_prose_and_nothing_else() -> None:
    source = '''
"""Two words."""
key = "two-words"
said = "two words"
shown = f"{key} and more words"
"""What it is."""
'''
    found = [text for _, text in literals(ast.parse(source)) if PROSE.search(text)]
    assert found == ["two words", "{} and more words"]
