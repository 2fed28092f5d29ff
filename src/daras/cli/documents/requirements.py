"""docs/requirements.md: what Daras must do, and which tests show it.

The rows are docs/requirements.toml; the tests are those whose docstring, or whose class's, names a row's id.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from daras.cli.documents import DocumentsRefused

SOURCE = "docs/requirements.toml"
ID = re.compile(r"\b[A-J]\d{1,2}\b")
#: A docstring's list of ids before its sentence: "J1, E2, B1: given ...".
IDS_FIRST = re.compile(r"^(?:[A-J]\d{1,2}(?:,\s*|\s+and\s+|\s*))+:\s*")
#: The same at the end: "... then it is refused (A3, B1)."
IDS_LAST = re.compile(r"\s*\((?:[A-J]\d{1,2}(?:,\s*)?)+\)(?=\.?$)")
TEST_FILES = ("src/**/tests/**/test_*.py", "tests/**/test_*.py")
KINDS = {"strength": "a strength to carry on", "failure": "a failure to design out", "necessity": "a necessity"}

INTRODUCTION = """\
# What Daras must do, and the tests that show it

<!-- Written by ./daras documents from docs/requirements.toml and the docstrings of tests. Do not edit. -->

Inspectors looked at how the agencies of Cornwall answer child sexual abuse in the family in October 2018. Their
letter of 23 November 2018 says what works and must be kept, and what fails. Each row is one of those findings, or a
necessity that the letter does not mention, with what Daras does about it.

A test shows what its sentence says and no more. A row with tests is begun; it is finished when everything its second
line says is shown. "Not yet" means that no test shows any of it.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement."""

    id: str
    kind: str
    found: str
    does: str


@dataclass(frozen=True, slots=True, order=True)
class Proof:
    """A test that names a requirement: where it is, and what it says in the users' words."""

    file: str
    name: str
    sentence: str
    only_in_long_run: bool = False


def document(checkout: Path) -> str:
    """The whole page. Raises `DocumentsRefused` when a test names a row that does not exist, or a row is not whole."""
    sections, rows = read(checkout / SOURCE)
    proofs = proofs_by_row(checkout, {row.id for row in rows})
    parts = [INTRODUCTION, _summary(sections, rows, proofs)]
    for letter, name in sections.items():
        parts.append(f"## {letter}. {name}\n")
        parts += [_row(row, proofs[row.id]) for row in rows if row.id[0] == letter]
    return "\n".join(parts)


def read(path: Path) -> tuple[Mapping[str, str], Sequence[Row]]:
    """Sections by letter, and the rows in order."""
    loaded = tomllib.loads(path.read_text(encoding="utf-8"))
    rows = [Row(each["id"], each["kind"], each.get("found", ""), each["does"]) for each in loaded["row"]]
    for row in rows:
        if row.kind not in KINDS or bool(row.found) == (row.kind == "necessity"):
            raise DocumentsRefused(f"{SOURCE}: {row.id} is of kind {row.kind!r} and says as found {row.found!r}.")
    if len({row.id for row in rows}) != len(rows):
        raise DocumentsRefused(f"{SOURCE} has an id twice.")
    return {each["id"]: each["name"] for each in loaded["section"]}, rows


def proofs_by_row(checkout: Path, known: set[str]) -> Mapping[str, list[Proof]]:
    """The tests that name each row."""
    found: defaultdict[str, list[Proof]] = defaultdict(list)
    for pattern in TEST_FILES:
        for path in sorted(checkout.glob(pattern)):
            place = path.relative_to(checkout).as_posix()
            for ids, proof in _proofs(ast.parse(path.read_text(encoding="utf-8")).body, place):
                for each in ids:
                    if each not in known:
                        raise DocumentsRefused(f"{place}: {proof.name} names {each}, which {SOURCE} does not have.")
                    found[each].append(proof)
    return found


def _proofs(
    body: Sequence[ast.stmt], file: str, above: tuple[str, ...] = (), owner: str = ""
) -> Iterator[tuple[tuple[str, ...], Proof]]:
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from _proofs(node.body, file, _ids(node), f"{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            ids = tuple(dict.fromkeys((*above, *_ids(node))))
            if ids:
                long = any(ast.unparse(each).startswith("pytest.mark.long") for each in node.decorator_list)
                yield ids, Proof(file, owner + node.name, _sentence(node), long)


def _ids(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    return tuple(ID.findall(ast.get_docstring(node) or ""))


def _sentence(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """The first paragraph of the docstring without the ids it begins with; a test without one goes by its name."""
    paragraph = (ast.get_docstring(node) or node.name.removeprefix("test_").replace("_", " ")).split("\n\n")[0]
    words = IDS_LAST.sub("", IDS_FIRST.sub("", " ".join(paragraph.split())))
    return words[:1].upper() + words[1:]


def _summary(sections: Mapping[str, str], rows: Sequence[Row], proofs: Mapping[str, list[Proof]]) -> str:
    lines = ["| section | rows | with tests | not yet |", "| --- | ---: | ---: | ---: |"]
    for letter, name in sections.items():
        lines.append(_count(f"{letter}. {name}", [row for row in rows if row.id[0] == letter], proofs))
    return "\n".join([*lines, _count("all", rows, proofs), ""])


def _count(name: str, rows: Sequence[Row], proofs: Mapping[str, list[Proof]]) -> str:
    begun = sum(bool(proofs.get(row.id)) for row in rows)
    return f"| {name} | {len(rows)} | {begun} | {len(rows) - begun} |"


def _row(row: Row, proofs: Sequence[Proof]) -> str:
    lines = [
        f"### {row.id}",
        "",
        f"*{KINDS[row.kind].capitalize()}.* {row.found}".rstrip(),
        "",
        f"**Daras.** {row.does}",
    ]
    if not proofs:
        return "\n".join([*lines, "", "Not yet.", ""])
    shown = [
        f"- {proof.sentence}{' (long run)' if proof.only_in_long_run else ''}\n  `{proof.file}`, `{proof.name}`"
        for proof in sorted(proofs)
    ]
    return "\n".join([*lines, "", *shown, ""])
