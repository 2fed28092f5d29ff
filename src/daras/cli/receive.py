"""`./daras receive FILE...`: record referrals from files, each in a transaction of its own."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a daras-referral/1 document")
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Receive every file as the front door's own intake; 2 when one is refused."""
    from daras.cli import delivering
    from daras.frontdoor.intake import receive

    return delivering.show(delivering.each(arguments.files, lambda raw, file: receive(raw, file=file)), arguments)
