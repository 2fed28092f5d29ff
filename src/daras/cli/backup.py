"""`./daras backup FILE`: the database in one file, under `$DARAS_ENCRYPTION_KEYS`, tried by restoring it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from daras.cli.refusal import CommandRefused


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where it goes; `--untried` leaves out the trial, which takes as long again."""
    parser.add_argument("file", metavar="FILE", type=Path, help="where the backup goes; never over one that is there")
    parser.add_argument("--untried", action="store_true", help="do not restore it into a database of its own, to see")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Back up as the owner, then restore the file into a database that is dropped again."""
    from daras.cli.installation import EXTERNAL, opened
    from daras.home import Addresses
    from daras.keeping import backing_up
    from daras.keeping.backup_file import BackupUnreadable

    with opened() as addresses:
        if not addresses.owner_url:
            raise CommandRefused("A backup is the owner's to make: set DATABASE_OWNER_URL as well.")
        assert isinstance(addresses, Addresses)
        _refuse_known_keys(addresses.server == EXTERNAL)
        try:
            manifest = backing_up.back_up(addresses, arguments.file)
            if not arguments.untried:
                backing_up.try_out(arguments.file, addresses)
        except (backing_up.BackupFault, BackupUnreadable) as fault:
            raise CommandRefused(str(fault)) from fault
    if arguments.json:
        told = {**asdict(manifest), "file": str(arguments.file), "tried": not arguments.untried}
        json.dump(told, sys.stdout, indent=1)
        sys.stdout.write("\n")
    else:
        tried = "not tried" if arguments.untried else "restored once to see, and the same"
        sys.stdout.write(
            f"{arguments.file}: {manifest.number_of_rows:,} rows of {len(manifest.rows)} tables, the trail up to"
            f" position {manifest.trail_position:,}; {tried}.\n"
        )
    return 0


def _refuse_known_keys(external: bool) -> None:
    """A real partnership's backup never lies under the demonstration's key."""
    from daras.access.keys import problem_with

    problem = problem_with(os.environ.get("DARAS_ENCRYPTION_KEYS", "")) if external else None
    if problem:
        raise CommandRefused(problem)
