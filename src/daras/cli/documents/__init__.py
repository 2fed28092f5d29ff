"""`./daras documents [--check]`: write what is generated in docs/ from the sources, or say what is out of date.

A document that a person could have written wrong is made from the code that does it: requirements with the tests that
prove them, refusals, environment variables, commands, what was measured, and the published schemas.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from daras.cli.refusal import CommandRefused
from daras.home.folder import CHECKOUT

DONE, REFUSED = 0, 2


class DocumentsRefused(CommandRefused):
    """Two sources of a document contradict each other; the message says which."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 2 names what is out of date")


def run(arguments: argparse.Namespace) -> int:
    """Write the documents, or check them."""
    stale = outdated(CHECKOUT)
    for place, text in stale.items():
        if arguments.check:
            print(f"daras: {place} is out of date: run ./daras documents", file=sys.stderr)
        else:
            (CHECKOUT / place).parent.mkdir(parents=True, exist_ok=True)
            (CHECKOUT / place).write_text(text, encoding="utf-8")
            print(f"wrote {place}")
    return REFUSED if stale and arguments.check else DONE


def outdated(checkout: Path) -> dict[str, str]:
    """The documents whose file does not say what the sources say, with what it should say."""
    return {place: text for place, text in generated(checkout).items() if _written(checkout / place) != text}


def generated(checkout: Path) -> dict[str, str]:
    """Every generated document by its place in the checkout. Raises `DocumentsRefused`."""
    from daras.cli.documents import commands, environment, measured, refusals, requirements, schemas

    return {
        "docs/requirements.md": requirements.document(checkout),
        "docs/reference/refusals.md": refusals.document(checkout),
        "docs/reference/commands.md": commands.document(),
        "docs/reference/measured.md": measured.document(checkout),
        "docs/administrator/environment.md": environment.document(checkout),
        **schemas.documents(checkout),
    }


def _written(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
