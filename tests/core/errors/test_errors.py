"""Errors are facts: each code has a kind and sentences, is raised somewhere, and brings what its sentences name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from string import Formatter

import pytest

from emi_installer.core.errors.codes import Code
from emi_installer.core.errors.errors import error
from emi_installer.core.errors.invalid import InvalidAnswer
from emi_installer.core.errors.kinds import KINDS, ErrorKind
from emi_installer.core.json_text import read_json
from emi_installer.wording.errors import TEXTS, explain
from tests.support.shared import ROOT

PACKAGE = ROOT / "emi_installer"
TABLES = {"core/errors/codes.py", "core/errors/kinds.py", "core/errors/remedies.py", "core/plan/request.py"}
"""Where codes are listed, not raised; wording/ too."""

TREES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")
}


def code_in(node: ast.AST) -> Code | None:
    """The code that `node` names as Code.X."""
    match node:
        case ast.Attribute(value=ast.Name(id="Code"), attr=str(name)):
            return Code[name]
        case _:
            return None


def placeholders(code: Code) -> set[str]:
    text = TEXTS[code]
    parts = Formatter().parse(text.title + text.explanation + text.remedy)
    return {field for _, field, _, _ in parts if field}


def raised() -> Iterator[tuple[str, Code, set[str]]]:
    """Each place that makes an error with facts which can be read off: where, its code, the names of the facts."""
    for module, tree in TREES.items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id="error"), args=[first], keywords=keywords):
                    code, facts = code_in(first), {str(k.arg) for k in keywords} - {"details"}
                case ast.Call(func=ast.Name(id="TransportFailure"), args=[first, ast.Dict(keys=keys), *_]):
                    code, facts = code_in(first), {str(ast.literal_eval(k)) for k in keys if k is not None}
                case _:
                    continue
            if code is not None:
                yield f"{module}:{node.lineno}", code, facts


RAISED = list(raised())


@pytest.mark.parametrize(("place", "code", "facts"), RAISED, ids=[place for place, _, _ in RAISED])
def test_an_error_has_the_facts_that_its_sentences_name(place: str, code: Code, facts: set[str]) -> None:
    assert facts == placeholders(code), place


def test_every_code_has_sentences_and_a_kind() -> None:
    assert set(TEXTS) == set(KINDS) == set(Code)
    assert all(text.title and text.remedy for text in TEXTS.values())


def test_every_code_is_raised_somewhere() -> None:
    named = {
        code
        for module, tree in TREES.items()
        if module not in TABLES and not module.startswith("wording/")
        for node in ast.walk(tree)
        if (code := code_in(node)) is not None
    }
    assert set(Code) - named == set()


def test_what_a_log_sees_names_nobody() -> None:
    problem = error(Code.WRONG_TENANT, user="ada@contoso.com", organization="Contoso", found="x", wanted="y")
    assert str(problem) == "wrong-tenant"
    assert str(error(Code.UNAVAILABLE, host="graph.microsoft.com", status=503)) == (
        "unavailable host=graph.microsoft.com status=503"
    )


def test_an_invalid_answer_says_what_and_how() -> None:
    problem = InvalidAnswer("Tenant", "it is empty", "Fill it in")
    assert (problem.field, problem.problem, problem.hint) == ("Tenant", "it is empty", "Fill it in")
    assert problem.kind is ErrorKind.FIX
    assert explain(problem) == ("Tenant: it is empty.", "", "Fill it in.")


@pytest.mark.parametrize("text", [b"[" * 100_000, b'{"a":' * 100_000, b"{", b"\xff", ""])
def test_json_that_is_none_is_one_kind_of_error(text: bytes | str) -> None:
    with pytest.raises(ValueError):
        read_json(text)


def test_no_error_is_explained_twice() -> None:
    tables = (ROOT / "emi_installer/wording/error_texts").glob("*.py")
    nodes = (node for table in tables for node in ast.walk(ast.parse(table.read_text(encoding="utf-8"))))
    codes = [
        key.attr for node in nodes if isinstance(node, ast.Dict) for key in node.keys if isinstance(key, ast.Attribute)
    ]
    assert codes
    assert len(codes) == len(set(codes))
