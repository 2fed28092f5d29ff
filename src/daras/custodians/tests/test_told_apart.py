"""A protected child is not told apart from one whom nobody knows by what a search or a referral costs (G4)."""

from __future__ import annotations

import gc
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from types import FrameType
from typing import Any

import pytest
from django.db import connection, transaction

from daras.access import audiences
from daras.access.models import Worker
from daras.bench.gate import chance_of, timed
from daras.custodians.tests.test_protected import shape, without_numbers
from daras.custodians.tests.ways_in import MELDER, TALLAN, Told, Way, and_taken_back, listed, protected, ways_in

pytestmark = pytest.mark.django_db

#: Where our own code lies. What libraries do differs by what they happen to remember of statements and patterns.
OURS = "/daras/"
#: An index names these rows, and a policy hides them: entries of keys, and what the index of homes leads to.
MOST_HIDDEN_ROWS = 80
#: A list of the agency itself that sends: what it brings is not hidden from it.
READ_BY_THE_SENDER = "carn-brea-academy"
#: What each page draws anew, and a draft's reference.
BY_LOT = re.compile(r"csrfmiddlewaretoken\W+value=\W+\w+|nonce-[\w-]+|\bW-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
#: So many turns before anything is counted.
WARMING = 10
WAYS = (
    "search by number",
    "search by name",
    "referral by page",
    "referral by API",
    "referral by file",
    "summary by API",
)


@dataclass
class Work:
    """What one answer takes, counted and not timed."""

    statements: list[str] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)


@contextmanager
def _counted() -> Iterator[Work]:
    work = Work()

    def heard(execute: Any, statement: str, values: Any, many: bool, context: Any) -> Any:
        work.statements.append(shape(statement))
        return execute(statement, values, many, context)

    def called(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and OURS in frame.f_code.co_filename:
            work.calls[f"{frame.f_code.co_filename}:{frame.f_code.co_qualname}"] += 1

    read, written = _rows()
    gc.collect()
    gc.disable()
    try:
        with connection.execute_wrapper(heard):
            sys.setprofile(called)
            yield work
            sys.setprofile(None)
    finally:
        sys.setprofile(None)
        gc.enable()
    read_after, written_after = _rows()
    work.read, work.written = read_after - read, written_after - written


def _rows() -> tuple[Counter[str], Counter[str]]:
    """How many rows of each table this transaction has read and written so far, savepoints that were taken back too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0), n_tup_ins + n_tup_upd + n_tup_del"
            " FROM pg_stat_xact_user_tables"
        )
        rows = cursor.fetchall()
    return Counter({name: read for name, read, _ in rows}), Counter({name: written for name, _, written in rows})


def _in_a_world(prepared: Callable[[], object], way: Way) -> tuple[Told, Work]:
    with transaction.atomic():
        prepared()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # as among a county's rows: by index
        and_taken_back(way, MELDER)  # what a process remembers is remembered now
        with _counted() as work:
            told = way(MELDER)
        transaction.set_rollback(True)
    audiences.forget_scopes()
    return told, work


@pytest.mark.parametrize("name", WAYS)
def test_a_protected_child_costs_what_an_unknown_one_costs(name: str, workers: dict[str, Worker]) -> None:
    """G4, A5: given a protected child in the index, when an outsider sends the same NHS number or name by search, page,
    API or file, or asks for the summary, then the answer is that for a child nobody knows; the database is asked the
    same statements in the same order and writes as many rows in each table, and our own code makes as many calls of
    each function. All that differs is the rows that an index names and a policy hides: a few dozen, of which nothing
    comes out of the database. A child who is not protected costs more: so this would be noticed."""
    way = ways_in(workers)[name]
    nobody, for_nobody = _in_a_world(lambda: None, way)
    kept, for_kept = _in_a_world(lambda: protected(workers["duty-manager"], MELDER), way)
    assert _told(kept) == _told(nobody)
    assert for_kept.statements == for_nobody.statements
    assert for_kept.written == for_nobody.written
    assert for_kept.calls == for_nobody.calls
    assert not for_nobody.read - for_kept.read
    assert 0 < (for_kept.read - for_nobody.read).total() <= MOST_HIDDEN_ROWS
    _, for_known = _in_a_world(lambda: listed(MELDER, by=READ_BY_THE_SENDER), way)
    assert for_known.calls != for_nobody.calls


def _told(told: Told) -> str:
    """What was told, without references, and without what is drawn by lot for each answer."""
    return BY_LOT.sub("", without_numbers(told))


#: How often each child is sent: a referral takes a quarter of a second, a search a tenth of that.
SEARCHES, REFERRALS = 200, 100
#: The chance of such a difference of ranks where there is none, at and below which a series is looked at again.
CHANCE = 0.01
#: How often somebody protected may take longer than somebody unknown, of all pairs, whatever the chance: half and this.
MOST_APART = 0.15


@pytest.mark.long
@pytest.mark.parametrize("name", WAYS)
def test_time_does_not_tell_a_protected_child(name: str, workers: dict[str, Worker]) -> None:
    """G4, A5: given two children, one of them protected and one whom nobody knows, when each is sent again and again,
    in pairs and in either order, then nobody who has the times can say which is which.

    Speed is never shown by a timed test in this house. This is no speed: the issue asks that two distributions cannot
    be told apart, and that is a rank test. Half way through the two change places, so that what differs by their names
    falls on both. By chance one series of a hundred differs; so one that does is taken again, twice as long, and has to
    differ again the same way (once in twenty thousand). A gross difference fails at once, whatever the chance.
    """
    way = ways_in(workers)[name]
    looks = REFERRALS if name.startswith("referral") else SEARCHES
    chance, apart = _apart(workers, way, looks)
    print(f"{name}: chance {chance:.3f}, longer by {apart:+.3f} of all pairs")  # what a long run reports with `-s`
    assert abs(apart) <= MOST_APART, (chance, apart)
    if chance <= CHANCE:
        chance, again = _apart(workers, way, 2 * looks)
        assert chance > CHANCE or again * apart < 0, (chance, apart, again)


def _apart(workers: Mapping[str, Worker], way: Way, looks: int) -> tuple[float, float]:
    """The chance of such a difference of ranks, and by how much more than half of all pairs the protected child took
    the longer time."""
    lots = random.Random(looks)
    took: dict[bool, list[float]] = {True: [], False: []}
    for kept, unknown in ((MELDER, TALLAN), (TALLAN, MELDER)):
        with transaction.atomic():
            protected(workers["duty-manager"], kept)
            for turn in range(looks // 2 + WARMING):
                for child in lots.sample([kept, unknown], 2):
                    seconds = timed(partial(and_taken_back, way, child))
                    if turn >= WARMING:
                        took[child is kept].append(seconds)
            transaction.set_rollback(True)
        audiences.forget_scopes()
    longer = sum(mine > theirs for mine in took[True] for theirs in took[False])
    return chance_of(took[True], took[False]), longer / len(took[True]) / len(took[False]) - 0.5
