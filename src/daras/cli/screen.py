"""`./daras screen FILE...`: what would receiving this do? Records nothing but the look."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a daras-referral/1 document")
    parser.add_argument(
        "--as", dest="worker", metavar="WORKER", help="who is looking (default: the demonstration's duty manager)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Screen every file; 2 when one is refused, or when this worker may not screen."""
    from django.core.exceptions import PermissionDenied

    from daras.access.models import Worker
    from daras.cli import delivering
    from daras.cli.refusal import CommandRefused
    from daras.exchange.demonstration import DUTY_MANAGER
    from daras.frontdoor.intake import screen

    slug = arguments.worker or DUTY_MANAGER
    worker = Worker.objects.filter(slug=slug, is_active=True).first()
    if worker is None:
        raise CommandRefused(f"There is no worker {slug!r} here. Name one with --as.")
    try:
        outcomes = delivering.each(arguments.files, lambda raw, file: screen(raw, worker=worker, file=file))
    except PermissionDenied as denied:
        raise CommandRefused(str(denied)) from None
    return delivering.show(outcomes, arguments)
