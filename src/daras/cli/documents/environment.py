"""docs/administrator/environment.md: every environment variable that the sources read, its meaning and its default."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from daras.cli.documents import DocumentsRefused

MEANINGS = "docs/administrator/environment.toml"
SOURCES = ("src/daras/**/*.py", "bootstrap/*.py", "conftest.py")
LAUNCHER = "daras"
NAME = re.compile(r"(?:DARAS_[A-Z_]+|DATABASE_URL|DATABASE_OWNER_URL)")

INTRODUCTION = """\
# Environment variables

<!-- Written by ./daras documents from the sources and docs/administrator/environment.toml. Do not edit. -->

Daras reads its settings from the environment and from nowhere else.
"""


def document(checkout: Path) -> str:
    """Tables by purpose. Raises `DocumentsRefused` when a variable is read and not explained, or the reverse."""
    groups = tomllib.loads((checkout / MEANINGS).read_text(encoding="utf-8"))["group"]
    found = _read(checkout)
    explained = [each["name"] for group in groups for each in group["variable"]]
    if odd := set(found) ^ set(explained):
        raise DocumentsRefused(f"{MEANINGS} and the sources differ on: {', '.join(sorted(odd))}.")
    parts = [INTRODUCTION]
    for group in groups:
        parts.append(f"## {group['name']}\n\n{group['about']}\n")
        parts.append("| variable | meaning | where it is not set |\n| --- | --- | --- |")
        parts += [_row(each, found[each["name"]]) for each in group["variable"]]
        parts.append("")
    return "\n".join(parts)


def _row(variable: Mapping[str, str], default: str | None) -> str:
    unset = variable.get("unset") or (f"`{default}`" if default else None)
    if unset is None:
        raise DocumentsRefused(f"{MEANINGS} does not say what happens without {variable['name']}.")
    return f"| `{variable['name']}` | {variable['means']} | {unset} |"


def _read(checkout: Path) -> Mapping[str, str | None]:
    """The names that the sources hold as text, each with its default where that is written beside it."""
    found: dict[str, str | None] = {}
    for pattern in SOURCES:
        for path in sorted(checkout.glob(pattern)):
            if "tests" not in path.parts and "documents" not in path.parts:
                _collect(ast.parse(path.read_text(encoding="utf-8")), found)
    launcher = (checkout / LAUNCHER).read_text(encoding="utf-8")
    for name in re.findall(r"\$\{?(DARAS_[A-Z_]+)", launcher):
        found.setdefault(name, None)
    return found


def _collect(tree: ast.Module, found: dict[str, str | None]) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.fullmatch(node.value):
            found.setdefault(node.value, None)
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get"):
            continue
        if len(node.args) == 2 and all(isinstance(each, ast.Constant) for each in node.args):
            name, default = (str(each.value) for each in node.args if isinstance(each, ast.Constant))
            if NAME.fullmatch(name) and default:
                found[name] = default
