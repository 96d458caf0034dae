"""Collects what the program says into a template for translators: `python3 dev.py messages [FILE.pot]`.

It reads the calls `_("…")` and `ngettext("…", "…", …)` of the source, and the tables of `ErrorText("…", …)`; a sentence
that is no literal is refused.
"""

from __future__ import annotations

import ast
import json
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEFAULT = "emi-installer.pot"

_HEADER = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\n"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A sentence, its plural if it has one, and the places that say it, as file:line."""

    text: str
    plural: str | None
    places: tuple[str, ...]


def messages(package: Path) -> list[Message]:
    """What the modules of `package` say, in the order of its modules; raises ValueError for what can't be collected."""
    found: dict[str, Message] = {}
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            place = f"{path.relative_to(package.parent).as_posix()}:{getattr(node, 'lineno', 0)}"
            for message in _said(node, place):
                known = found.get(message.text, message)
                places = dict.fromkeys((*known.places, *message.places))
                plural = message.plural or known.plural
                found[message.text] = Message(text=message.text, plural=plural, places=tuple(places))
    return list(found.values())


def template(collected: list[Message]) -> str:
    """The messages as a file of gettext's; https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html."""
    return "\n".join([_HEADER, *map(_entry, collected)])


def _said(node: ast.AST, place: str) -> list[Message]:
    """What a call says."""
    match node:
        case ast.Call(func=ast.Name(id="_"), args=[sentence]):
            return [Message(text=_literal(sentence, place), plural=None, places=(place,))]
        case ast.Call(func=ast.Name(id="ngettext"), args=[one, many, _]):
            return [Message(text=_literal(one, place), plural=_literal(many, place), places=(place,))]
        case ast.Call(func=ast.Name(id="ErrorText"), args=parts):
            texts = [_literal(part, place) for part in parts]
            return [Message(text=text, plural=None, places=(place,)) for text in texts if text]
        case _:
            return []


def _literal(node: ast.expr, place: str) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise ValueError(f"{place}: only a literal can be collected")


def _entry(message: Message) -> str:
    lines = [*(f"#: {place}" for place in message.places), f"msgid {_quoted(message.text)}"]
    if message.plural is None:
        lines.append('msgstr ""')
    else:
        lines += [f"msgid_plural {_quoted(message.plural)}", 'msgstr[0] ""', 'msgstr[1] ""']
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A string of JSON is one of gettext's too."""
    return json.dumps(text, ensure_ascii=False)


def main() -> None:
    """Write the template to the file that is named."""
    target = Path(sys.argv[1] if len(sys.argv) > 1 else DEFAULT)
    collected = messages(ROOT / "emi_installer")
    target.write_text(template(collected), encoding="utf-8")
    print(f"{len(collected)} messages in {target}")


if __name__ == "__main__":
    main()
