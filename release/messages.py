"""Collects what the program says into a template for translators: `python3 dev.py messages [FILE.pot]`.

It reads the calls `_("…")` and `ngettext("…", "…", …)` of the source; a sentence that is no literal is refused.
"""

from __future__ import annotations

import ast
import json
import sys
from dataclasses import dataclass, replace
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
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                message = _message(node, f"{path.relative_to(package.parent).as_posix()}:{node.lineno}")
                known = found.get(message.text)
                places = (*known.places, *message.places) if known else message.places
                plural = message.plural or (known.plural if known else None)
                found[message.text] = replace(message, plural=plural, places=places)
    return list(found.values())


def template(collected: list[Message]) -> str:
    """The messages as a file of gettext's; https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html."""
    return "\n".join([_HEADER, *map(_entry, collected)])


def _message(call: ast.Call, place: str) -> Message:
    wanted = 1 if isinstance(call.func, ast.Name) and call.func.id == "_" else 2
    texts = [arg.value for arg in call.args[:wanted] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if len(texts) != wanted:
        raise ValueError(f"{place}: only a literal can be collected")
    return Message(text=texts[0], plural=texts[1] if wanted > 1 else None, places=(place,))


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
