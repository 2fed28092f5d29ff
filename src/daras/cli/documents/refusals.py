"""docs/reference/refusals.md: every way a document is refused, its status on the API, when, and how to mend it.

What a page refuses stands on that page; it is not listed here.
"""

from __future__ import annotations

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from daras.cli.documents import DocumentsRefused

MEANINGS = "docs/reference/refusals.toml"
READERS = ("reading", "checks", "dates", "intake")
SOURCES = (*(f"src/daras/frontdoor/{name}.py" for name in READERS), "src/daras/api/*.py", "src/daras/cli/delivering.py")
STATUSES = "src/daras/api/problems.py"
OTHERWISE = 422

INTRODUCTION = """\
# Refusals

<!-- Written by ./daras documents from the sources and docs/reference/refusals.toml. Do not edit. -->

A document is taken whole or refused whole. A refusal has a `code`, a `pointer` (a JSON pointer to the field, empty
for the whole document), a `detail` that says what is wrong and a `remedy` that says how to mend it. The command line
ends with exit status 2; the API answers with a problem document (RFC 9457) and the status below. Where several things
are wrong, the first one is named. What was refused is kept for the agency that sent it or, where it came as
a file, for the custodians: up to 1,000,000 bytes of it.

The remedy is given as the software says it; … stands for what it fills in.
"""
TABLE = "| code | status | given when | remedy |\n| --- | ---: | --- | --- |"


def document(checkout: Path) -> str:
    """Tables by group. Raises `DocumentsRefused` when a code has no meaning written, or a meaning has no code."""
    groups = tomllib.loads((checkout / MEANINGS).read_text(encoding="utf-8"))["group"]
    found = _found(checkout)
    explained = {code for group in groups for code in group["given-when"]}
    if odd := set(found) ^ explained:
        raise DocumentsRefused(f"{MEANINGS} and the sources differ on: {', '.join(sorted(odd))}.")
    parts = [INTRODUCTION]
    for group in groups:
        parts += [f"## {group['name']}\n\n{group['about']}\n", TABLE]
        for code, when in group["given-when"].items():
            status, remedies = found[code]
            parts.append(f"| `{code}` | {status or '-'} | {_cell(when)} | {_cell(' / '.join(remedies))} |")
        parts.append("")
    return "\n".join(parts)


def _found(checkout: Path) -> Mapping[str, tuple[int | None, tuple[str, ...]]]:
    """Status and remedies of every code that the sources give. A file that is not there never reaches the API."""
    statuses = _statuses(ast.parse((checkout / STATUSES).read_text(encoding="utf-8")))
    remedies: defaultdict[str, dict[str, None]] = defaultdict(dict)
    on_api: dict[str, int | None] = {}
    for path in sorted(path for pattern in SOURCES for path in checkout.glob(pattern)):
        for code, status, remedy in _given(ast.parse(path.read_text(encoding="utf-8"))):
            remedies[code][remedy] = None
            on_api[code] = None if "cli" in path.parts else status or statuses.get(code, OTHERWISE)
    return {code: (on_api[code], tuple(each)) for code, each in remedies.items()}


def _given(tree: ast.Module) -> Iterator[tuple[str, int | None, str]]:
    """Every `Refused(code, pointer, detail, remedy)` and `problem(code, status, ..., remedy=...)` written out."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
            continue
        code = node.args[0]
        if not (isinstance(code, ast.Constant) and isinstance(code.value, str)):
            continue
        if node.func.id == "Refused":
            yield code.value, None, _said(node.args[3])
        elif node.func.id == "problem" and isinstance(node.args[1], ast.Constant):
            remedy = next((each.value for each in node.keywords if each.arg == "remedy"), ast.Constant(""))
            yield code.value, int(str(node.args[1].value)), _said(remedy)


def _said(node: ast.expr) -> str:
    """The text of a literal; … for each part that is filled in."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_said(part) if isinstance(part, ast.Constant) else "…" for part in node.values)
    return "…"


def _statuses(tree: ast.Module) -> Mapping[str, int]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_STATUS":
            statuses: dict[str, int] = ast.literal_eval(node.value)
            return statuses
    raise DocumentsRefused(f"{STATUSES} no longer says which status a refusal has.")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
