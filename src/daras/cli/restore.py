"""`./daras restore FILE`: a backup into an empty database, and everything that must be done before anybody works."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from daras.cli.audit import in_words
from daras.cli.refusal import CommandRefused

if TYPE_CHECKING:
    from daras.keeping.after_restore import Settled

HOLDS, WRONG = 0, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which backup; or `--settle` alone, to go on after a fault."""
    parser.add_argument("file", metavar="FILE", type=Path, nargs="?", help="the backup")
    parser.add_argument("--settle", action="store_true", help="only what comes after restoring, once more")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Restore, then apply the register, keep the outbox quiet and verify the trail; 2 where it does not hold."""
    from daras.cli import installation

    addresses = installation.external_addresses(os.environ)
    if addresses is None or not addresses.owner_url:
        raise CommandRefused("Name the empty database with DATABASE_URL and DATABASE_OWNER_URL, as for `serve`.")
    if bool(arguments.file) == arguments.settle:
        raise CommandRefused("Name a backup, or --settle alone.")
    installation.use(addresses)
    from daras.access.anchor_keys import AnchorRefused
    from daras.access.places import PlaceRefused
    from daras.keeping import backing_up
    from daras.keeping.after_restore import settle
    from daras.keeping.backup_file import BackupUnreadable
    from daras.ledger.refusal import Refused

    try:
        if arguments.file:
            manifest = backing_up.bring_back(arguments.file, addresses)
            print(f"daras: {manifest.number_of_rows:,} rows are back, as of {manifest.made_at}", file=sys.stderr)
        settled = settle()
    except (backing_up.BackupFault, BackupUnreadable) as fault:
        raise CommandRefused(str(fault)) from fault
    except (Refused, AnchorRefused, PlaceRefused) as refused:
        raise CommandRefused(f"{refused} Mend it, then: ./daras restore --settle") from refused
    _tell(settled, as_json=arguments.json)
    return HOLDS if settled.report.holds else WRONG


def _tell(settled: Settled, *, as_json: bool) -> None:
    if as_json:
        from daras.cli.audit import as_json as report_as_json

        told = {
            "applied": asdict(settled.applied),
            "on_pages": settled.on_pages,
            "agencies_to_tell": list(settled.waited),
            "letters_not_sent": settled.letters,
            "sessions_ended": settled.sessions,
            "trail": report_as_json(settled.report),
        }
        json.dump(told, sys.stdout, indent=1)
        sys.stdout.write("\n")
        return
    applied = settled.applied
    sys.stdout.write(
        f"Applied again from the register: {applied.held} holds, {applied.released} ended, {applied.disposed}"
        f" disposals; {applied.unknown} of matters that are younger than the backup; {applied.stopped} workers and"
        f" {applied.tokens} tokens are stopped.\n"
        f"Nothing was sent: {settled.on_pages} notices wait on their agencies' pages instead"
        f"{': tell ' + ', '.join(settled.waited) if settled.waited else ''}. {settled.letters} daily letters lapsed.\n"
        f"{settled.sessions} sign-ins were ended.\n{in_words(settled.report)}"
    )
