"""`./daras practice check [PACK...]`: is a pack whole, and does it claim no more than its sources say?"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from daras.cli.printing import print_json

if TYPE_CHECKING:
    from daras.practice import Problem

DONE, REFUSED = 0, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="name every mistake in packs, by file and line")
    check.add_argument("packs", nargs="*", metavar="PACK", help="a pack's name or folder (default: every pack)")
    check.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Check the packs; 2 when one of them holds a mistake, or is not there."""
    from daras.practice import Problem, check_pack
    from daras.practice.files import HEADER_FILE
    from daras.rules.predicates import VOCABULARY

    checked: list[tuple[str, list[Problem]]] = []
    for folder in _folders(arguments.packs):
        if (folder / HEADER_FILE).is_file():
            checked.append((folder.name, check_pack(folder, VOCABULARY)))
        else:
            missing = Problem(str(folder), 1, "pack", f"is no pack: there is no {HEADER_FILE} in it")
            checked.append((folder.name, [missing]))
    if arguments.json:
        print_json([_as_json(name, problems) for name, problems in checked])
    else:
        _as_text(checked)
    return REFUSED if any(problems for _, problems in checked) else DONE


def _folders(named: list[str]) -> Iterator[Path]:
    from daras.agencies.reading import PRACTICE_FOLDER
    from daras.practice.files import HEADER_FILE

    if not named:
        yield from (file.parent for file in sorted(PRACTICE_FOLDER.glob(f"*/{HEADER_FILE}")))
    for name in named:
        shipped = PRACTICE_FOLDER / name
        yield shipped if "/" not in name and shipped.is_dir() else Path(name)


def _as_json(name: str, problems: Sequence[Problem]) -> dict[str, object]:
    return {"pack": name, "holds": not problems, "problems": [asdict(problem) for problem in problems]}


def _as_text(checked: Sequence[tuple[str, Sequence[Problem]]]) -> None:
    for name, problems in checked:
        for problem in problems:
            print(problem)
        mistakes = "1 mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
        print(f"{name}: {mistakes if problems else 'whole'}", file=sys.stderr if problems else sys.stdout)
