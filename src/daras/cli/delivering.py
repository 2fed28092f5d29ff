"""What `screen` and `receive` share: reading files one after another, and printing the list in the order of the
arguments."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import PermissionDenied

from daras.cli.printing import print_json
from daras.cli.refusal import Incomplete
from daras.frontdoor.outcome import Outcome
from daras.frontdoor.reading import MOST_BYTES
from daras.ledger.refusal import Refused

#: Exit statuses: done, input refused.
DONE, REFUSED = 0, 2


def read_file(path: Path) -> bytes:
    """The bytes of a file, no more than one beyond what is read at all; raises `Refused` where there is none."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Refused("no-such-file", "", f"{path} cannot be read: {error.strerror}.", "Check the path.") from None


def each(paths: list[Path], deliver: Callable[[bytes, str], Outcome]) -> list[Outcome]:
    """Deliver every file by itself: one refusal stops none of the others.

    Raises `Incomplete` for a fault, with what became of the files before it: they have their receipts.
    """
    outcomes: list[Outcome] = []
    for path in paths:
        try:
            outcomes.append(deliver(read_file(path), str(path)))
        except Refused as refused:
            outcomes.append(Outcome("refused", str(path), problem=refused))
        except PermissionDenied:
            raise
        except Exception as fault:
            message = f"{path}: {type(fault).__name__}: {fault}"
            raise Incomplete(message, [outcome.as_json() for outcome in outcomes]) from fault
    return outcomes


def show(outcomes: list[Outcome], arguments: argparse.Namespace) -> int:
    """Print the outcomes; 2 when any was refused."""
    if arguments.json:
        print_json([outcome.as_json() for outcome in outcomes])
    else:
        for outcome in outcomes:
            sys.stdout.write("\n".join(_lines(outcome)) + "\n\n")
    return REFUSED if any(outcome.outcome == "refused" for outcome in outcomes) else DONE


def _lines(outcome: Outcome) -> list[str]:
    """The account in words, the most urgent first."""
    head = f"{outcome.file}: {outcome.outcome}"
    if outcome.problem:
        problem = outcome.problem
        return [
            head,
            f"  {problem.detail} {problem.remedy}",
            f"  at {problem.pointer or 'the whole document'} ({problem.code})",
        ]
    lines = [head + (f", matter {outcome.reference}, receipt {outcome.receipt}" if outcome.reference else "")]
    if outcome.threshold:
        lines.append(f"  Suggested level {outcome.threshold.level}: {outcome.threshold.why}")
    lines += [f"  Indicator {each.id}: {each.why}" for each in outcome.indicators]
    lines += [f"  {each.ref}: {each.decision}{' ' + each.person if each.person else ''}" for each in outcome.people]
    lines += [f"  Connected: {each.name} ({each.age_group}). {each.reason}" for each in outcome.network]
    lines += [f"  To invite: {each.agency}: {each.because}" for each in outcome.invite]
    lines += [
        f"  Owed by {each.owner} until {each.due_at:%a %d %b %Y %H:%M} UTC: {each.because}"
        f" [{each.authority}: {each.source}]"
        for each in outcome.duties
    ]
    if outcome.quality:
        lines.append(f"  Quality {outcome.quality.score} of 100. {' '.join(outcome.quality.missing)}".rstrip())
    return lines
