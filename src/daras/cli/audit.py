"""`./daras audit verify`: is the trail what it was? Every edit, removal, reordering and cut is located (G4)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from daras.cli.printing import print_json
from daras.cli.refusal import CommandRefused
from daras.home import default_home

if TYPE_CHECKING:
    from daras.access.verifying import Report

HOLDS = 0
WRONG = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    kinds = parser.add_subparsers(dest="audit", metavar="WHAT", required=True)
    verify = kinds.add_parser("verify", help="verify the trail against its anchors")
    verify.add_argument("--json", action="store_true", help="print one JSON document")
    verify.add_argument(
        "--anchors",
        metavar="PLACE",
        help="a folder or an https address that keeps the anchors (default: $DARAS_ANCHORS)",
    )
    verify.add_argument(
        "--public-key",
        dest="public_keys",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="whose signature to accept (PEM; may be repeated; default: our own key's)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Verify; 0 when the trail holds, 2 when it does not or the anchors cannot be read."""
    from daras.access.anchor_keys import AnchorRefused, public_key_in
    from daras.access.places import PlaceRefused
    from daras.access.sealing import verify

    try:
        keys = {public_key_in(path) for path in arguments.public_keys}
        report = verify(arguments.anchors, keys)
    except (AnchorRefused, PlaceRefused) as refused:
        raise CommandRefused(str(refused)) from refused
    if arguments.json:
        print_json(as_json(report))
    else:
        sys.stdout.write(in_words(report))
    return HOLDS if report.holds else WRONG


def as_json(report: Report) -> dict[str, object]:
    """The report as one document."""

    def instant(moment: object) -> str | None:
        return str(moment.isoformat()) if hasattr(moment, "isoformat") else None

    age = (report.verified_at - report.last_anchor_at).total_seconds() if report.last_anchor_at else None
    return {
        "holds": report.holds,
        "sealed": report.sealed,
        "unsealed": report.unsealed,
        "oldest_unsealed_at": instant(report.oldest_unsealed_at),
        "anchored": report.anchored,
        "anchors": {
            "place": report.place,
            "number": report.anchors,
            "last_at": instant(report.last_anchor_at),
            "age_seconds": age,
        },
        "restores": [
            {"at": instant(each.at), "position": each.position, "lost_to": each.lost_to} for each in report.restores
        ],
        "verified_at": instant(report.verified_at),
        "findings": [
            {"kind": each.kind, "position": each.position, "entry": each.entry_id, "detail": each.words}
            for each in report.findings
        ],
    }


def counted(number: int, what: str) -> str:
    """So many of something."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _entries(number: int) -> str:
    return "1 entry" if number == 1 else f"{number:,} entries"


def in_words(report: Report) -> str:
    """The report for people."""
    lines = [f"{each.kind}: {each.words}" for each in report.findings]
    if report.holds:
        lines.append(f"The trail holds: {_entries(report.sealed)}, each what it was when it was sealed.")
    else:
        findings = counted(len(report.findings), "finding")
        lines.append(f"The trail does not hold: {findings} in {_entries(report.sealed)}.")
    for each in report.restores:
        lines.append(
            f"A backup was restored on {each.at:%d %B %Y, %H:%M} UTC: the chain went on from position"
            f" {each.position:,}, and what was sealed from there to {each.lost_to:,} is lost."
        )
    if report.unsealed:
        oldest = f"{report.oldest_unsealed_at:%d %B %Y, %H:%M} UTC"
        lines.append(f"Not sealed yet: {_entries(report.unsealed)}, the oldest of {oldest}.")
    if report.last_anchor_at:
        age = int((report.verified_at - report.last_anchor_at).total_seconds())
        lines.append(
            f"Anchored up to position {report.anchored:,} by {counted(report.anchors, 'anchor')} at {report.place},"
            f" the last {counted(age, 'second')} old."
        )
        if report.place == str(default_home() / "anchors"):
            lines.append("They lie on this machine, which shows nothing against its administrator: set DARAS_ANCHORS.")
    else:
        lines.append(f"No anchor at {report.place}: only what the chain itself shows was checked.")
    return "\n".join(lines) + "\n"
