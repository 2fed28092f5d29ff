"""Pages and the API ask for what they name, and through somebody's eyes: a check of style (G4).

`python -m daras.cli.querysets` names each place in `pages` and `api` that reads a table without saying which rows,
takes on the machine's eyes, or speaks SQL of its own; and ends with 1 if there is one. Row-level security would still
hold what it holds; this is for what it cannot know, that a list was meant to be of one matter. A line that must do so
says why: `# gate: ...`.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[1]
LAYERS = ("pages", "api")
MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
#: What says which rows, when it is given something.
RESTRICTS = frozenset({"filter", "get", "in_bulk", "create", "get_or_create"})
#: What reads nothing whatever it is given.
READS_NOTHING = frozenset({"none"})
EYES = frozenset({"machine", "custody"})
OWN_SQL = frozenset({"cursor", "raw", "extra"})
EXCUSE = "# gate:"


def problems(path: Path) -> Iterator[str]:
    """Every place of a module that reads more than it names, as "path:line: what"."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    tree = ast.parse(source)
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    for line, what in sorted(set(_found(tree, parents))):
        if EXCUSE not in lines[line - 1]:
            yield f"{path.relative_to(SOURCES.parent)}:{line}: {what}"


def _found(tree: ast.AST, parents: dict[ast.AST, ast.AST]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if isinstance(node.func, ast.Name) and name in EYES:
                yield node.lineno, f"looks with the eyes of {name}()"
            if name in OWN_SQL and isinstance(node.func, ast.Attribute):
                yield node.lineno, f"speaks SQL of its own: {name}()"
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "connections":
            yield node.lineno, "takes a connection of its own"
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and not _restricted(node, parents):
            yield node.lineno, "reads a table without saying which rows"


def _restricted(start: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether a chain of calls says which rows; kept under a name, whether every use of the name does."""
    node = start
    while True:
        parent = parents.get(node)
        if isinstance(parent, ast.Attribute):
            call = parents.get(parent)
            if isinstance(call, ast.Call) and call.func is parent:
                if parent.attr in READS_NOTHING or (parent.attr in RESTRICTS and (call.args or call.keywords)):
                    return True
                node = call
                continue
            node = parent
            continue
        break
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
        return _every_use_restricted(parent.targets[0].id, parent, parents)
    return False


def _every_use_restricted(name: str, assigned: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    block = assigned
    while not isinstance(block, ast.FunctionDef | ast.AsyncFunctionDef | ast.Module):
        block = parents[block]
    uses = [
        node
        for node in ast.walk(block)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]
    return bool(uses) and all(_restricted(use, parents) for use in uses)


def modules(sources: Path = SOURCES) -> Iterable[Path]:
    """The modules of pages and the API, without their tests."""
    for layer in LAYERS:
        yield from sorted(path for path in (sources / layer).rglob("*.py") if "tests" not in path.parts)


def main() -> int:
    """Print what reads too much."""
    found = [problem for path in modules() for problem in problems(path)]
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
