"""The demonstration: a synthetic partnership with its workers, what its agencies hold, and the example referrals.

It goes only into a database that is marked as synthetic, and loads what is not there yet: twice is the same as once.
The same people, copies and referrals come every time; only numbers that must not be guessed are random.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from daras.access.models import Installation
from daras.exchange.demonstration import workers
from daras.exchange.demonstration.copies import Extract, extracts
from daras.exchange.demonstration.families import families
from daras.exchange.demonstration.households import households
from daras.exchange.demonstration.workers import DEMO, PASSWORD, SignIn, sign_ins
from daras.exchange.extracts import receive_extract
from daras.frontdoor.intake import receive
from daras.working_time.clock import parse_instant

__all__ = ["DUTY_MANAGER", "PASSWORD", "NotSynthetic", "SignIn", "load", "sign_ins"]

#: The slug of the front door's duty manager.
DUTY_MANAGER = "tamara-nance"

#: When the agencies' lists came: the night before the first referral.
LISTS_AT = parse_instant("2026-11-17T03:00:00+00:00")
#: How long after it was sent a referral comes in.
UNDER_WAY = timedelta(minutes=3)

Progress = Callable[[int, int, str], None]


class NotSynthetic(RuntimeError):
    """The database is not marked as synthetic, so no invented people may be put among whoever it holds."""


def load(progress: Progress) -> None:
    """Load what is not there yet. `progress` is told how many of how many pieces are done, and which comes next.

    A piece is a worker, a row of an agency's list, or a referral. Raises `NotSynthetic`.
    """
    if not Installation.objects.filter(synthetic=True).exists():
        raise NotSynthetic("This database is not marked as synthetic: the demonstration is not for it.")
    lists, files = agencies_lists(), referrals()
    done, total = 0, len(sign_ins()) + sum(len(each.people) for each in lists) + len(files)
    progress(done, total, "workers")
    workers.install()
    done += len(sign_ins())
    for extract in lists:
        progress(done, total, f"people known to {extract.agency}")
        with clock_at(LISTS_AT):
            receive_extract(extract.agency, extract.people, extract.relationships, extract.responsibilities)
        done += len(extract.people)
    for sent_at, file in files:
        progress(done, total, f"referral {file.stem}")
        with clock_at(sent_at + UNDER_WAY):
            receive(file.read_bytes(), file=file.name)
        done += 1
    progress(done, total, "loaded")


def agencies_lists() -> list[Extract]:
    """What every agency holds before any referral comes."""
    return extracts((*families(), *households()))


def referrals() -> list[tuple[datetime, Path]]:
    """The example referrals in the order in which they are sent."""
    files = [(parse_instant(json.loads(file.read_bytes())["sent_at"]), file) for file in (DEMO / "referrals").iterdir()]
    return sorted(files)


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Within this block it is that moment, for everything."""
    before = os.environ.get("DARAS_NOW")
    os.environ["DARAS_NOW"] = moment.isoformat()
    try:
        yield
    finally:
        if before is None:
            del os.environ["DARAS_NOW"]
        else:
            os.environ["DARAS_NOW"] = before
