"""The demonstration: a synthetic partnership with its workers, what its agencies hold, and the example referrals.

It goes only into a database that is marked as synthetic, and loads what is not there yet: twice is the same as once.
The same people, copies and referrals come every time; only numbers that must not be guessed are random.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from daras.access.models import Installation
from daras.access.session import machine
from daras.exchange.demonstration import answers, around, between, week, workers
from daras.exchange.demonstration.answers import DUTY_MANAGER
from daras.exchange.demonstration.copies import Extract, extracts
from daras.exchange.demonstration.families import families
from daras.exchange.demonstration.households import households
from daras.exchange.demonstration.week import Sent, clock_at
from daras.exchange.demonstration.workers import DEMO, PASSWORD, SignIn, sign_ins
from daras.exchange.extracts import receive_extract
from daras.frontdoor.intake import receive
from daras.frontdoor.models import Document
from daras.people.models import PersonRecord
from daras.working_time import clock

__all__ = ["DUTY_MANAGER", "PASSWORD", "NotSynthetic", "SignIn", "clock_at", "load", "sign_ins"]


Progress = Callable[[int, int, str], None]


class NotSynthetic(RuntimeError):
    """The database is not marked as synthetic, so no invented people may be put among whoever it holds."""


def load(progress: Progress) -> None:
    """Load what is not there yet. `progress` is told how many of how many pieces are done, and which comes next.

    A piece is a worker, a row of an agency's list, a referral, or something beside them. Raises `NotSynthetic`.
    """
    if not Installation.objects.filter(synthetic=True).exists():
        raise NotSynthetic("This database is not marked as synthetic: the demonstration is not for it.")
    by = _moved_by()
    lists, sent = agencies_lists(by), referrals(by)
    beside = [*between.requests(by), *around.pieces(by)]
    done, total = 0, len(sign_ins()) + sum(len(each.people) for each in lists) + len(sent) + len(beside)
    progress(done, total, "workers")
    workers.install()
    done += len(sign_ins())
    for extract in lists:
        progress(done, total, f"people known to {extract.agency}")
        with clock_at(week.moved(week.LISTS_AT, by)):
            receive_extract(
                extract.agency, extract.people, extract.relationships, extract.responsibilities, filling=True
            )
        done += len(extract.people)
    for each in sent:
        progress(done, total, f"referral {each.name}")
        if _send(each):
            answers.answer(each.name, each.at)
        done += 1
    for piece in beside:
        progress(done, total, piece.name)
        piece.bring_about()
        done += 1
    progress(done, total, "loaded")


def _moved_by() -> timedelta:
    """By how much the week moves: as when it was loaded first, so that nothing is loaded twice."""
    with machine():
        first = PersonRecord.objects.order_by("pk").values_list("made_at", flat=True).first()
    if first is not None:
        return clock.local_date(first) - clock.local_date(week.LISTS_AT)
    return week.days_since(clock.now())


def _send(sent: Sent) -> bool:
    """A referral comes in, once, whatever day it is sent on. Returns whether it came now."""
    key = f"demonstration:{sent.name}"
    with machine():
        if Document.objects.filter(idempotency_key=key).exists():
            return False
    with clock_at(sent.at + week.UNDER_WAY):
        return receive(sent.document, file=sent.name, idempotency_key=key).outcome == "recorded"


def agencies_lists(by: timedelta = timedelta()) -> list[Extract]:
    """What every agency holds before any referral comes, in the week that is so much later."""
    return [
        Extract(
            each.agency,
            week.list_moved(each.people, by),
            week.list_moved(each.relationships, by),
            week.list_moved(each.responsibilities, by),
        )
        for each in extracts((*families(), *households()))
    ]


def referrals(by: timedelta = timedelta()) -> list[Sent]:
    """The example referrals in the order in which they are sent, in the week that is so much later."""
    now = clock.now()
    found = (week.sent_on_its_day(file, by, now) for file in (DEMO / "referrals").iterdir())
    return sorted(found, key=lambda each: each.at)
