"""A county into a database, by COPY as its owner: indexes and foreign keys are taken off first and made again after.

Several processes each copy their share of the blocks; every number is worked out from the block, so how many there are
changes nothing in what is loaded.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from pathlib import Path
from random import Random

import django
import psycopg
from psycopg import sql

from daras.access import audiences
from daras.access.models import SERIAL_BITS
from daras.access.session import machine
from daras.agencies import load_directory
from daras.exchange.county.bare import Begins, bare
from daras.exchange.county.copying import Copy, copies
from daras.exchange.county.families import NUMBERS_IN_A_BLOCK, PEOPLE_IN_A_BLOCK, block, blocks
from daras.exchange.county.histories import (
    AUDIENCES_IN_A_BLOCK,
    GRANTS_IN_A_BLOCK,
    MATTERS_IN_A_BLOCK,
    Ends,
    Histories,
    Known,
    Told,
)
from daras.exchange.county.making import Maker
from daras.exchange.county.pattern import Pattern, columns_of
from daras.exchange.county.patterns import patterns
from daras.exchange.county.rows import BINARY_BEGINS, BINARY_ENDS, COLUMNS, KEYS, KEYS_COLUMNS, KINDS, Rows, held_as
from daras.exchange.county.stories import SENDERS
from daras.exchange.county.truth import Truth
from daras.exchange.index_audience import index_audience
from daras.matching.counting import count_names
from daras.working_time import clock

#: More than a block ever has: records, and facts.
RECORDS_IN_A_BLOCK = 8_192
FACTS_IN_A_BLOCK = 131_072
#: So many blocks go into one transaction: what is held in memory at a time.
BLOCKS_AT_A_TIME = 8
#: And so many into one share: a process takes the next when it has written one, and none waits long for the last.
BLOCKS_OF_A_SHARE = 4 * BLOCKS_AT_A_TIME
#: One more than cores are wanted: while one waits for the disk, another makes rows.
PROCESSES = 3

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to load, where, and from which numbers on."""

    owner_url: str
    people: int
    years: int
    seed: str
    truth: Path
    first_person: int
    first_record: int
    first_fact: int
    audiences: dict[str, int]
    held: dict[tuple[str, str], str]
    readers: dict[frozenset[int], int]
    #: Of matters, documents, audiences and grants, by the letters of `pattern`.
    first: dict[str, int] = field(default_factory=dict)
    patterns: Sequence[Pattern] = ()

    @property
    def tables(self) -> dict[str, str]:
        """Every table that is written, with its columns: those of people first."""
        others = {table for each in self.patterns for table in each.tables} - COLUMNS.keys()
        return COLUMNS | {table: columns_of(table) for table in sorted(others)}

    @property
    def filled(self) -> tuple[str, ...]:
        """Every table that rows go into, that of the index of people among them."""
        return (*self.tables, KEYS)


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many there are now, of the county."""

    people: int
    records: int
    histories: int


def load(
    *,
    owner_url: str,
    people: int,
    years: int,
    seed: str,
    truth: Path,
    progress: Progress,
    processes: int = PROCESSES,
    senders: Sequence[str] = tuple(SENDERS),
    begins: Begins = lambda _: None,
) -> Loaded:
    """Load a county of at least so many people with their histories, and write its truth into a folder. `senders` are
    the kinds of agency that send news; `begins` is told, in words, of each part of the work as it begins."""
    begins("stories")
    plan = replace(_plan(owner_url, people, years, seed, truth), patterns=patterns(senders))
    total = blocks(people) * PEOPLE_IN_A_BLOCK
    made = records = histories = 0
    with (
        bare(owner_url, plan.filled, begins),
        multiprocessing.get_context("spawn").Pool(processes, initializer=django.setup) as pool,
    ):
        begins("rows")
        for persons, written, told in pool.imap_unordered(_load_share, [(plan, *share) for share in _shares(people)]):
            made, records, histories = made + persons, records + written, histories + told
            progress(min(made, total), total, "people of the county")
        progress(total, total, "people of the county; making the indexes")
    begins("statistics")
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for table in (*_WITH_NUMBERS.values(), "people_person", "people_personrecord", "ledger_fact"):
            owner.execute(_AFTER.format(table=table).encode())
        owner.execute(_AFTER_AUDIENCES.encode())
        owner.execute("ANALYZE")
    with machine():
        count_names()
    return Loaded(made, records, histories)


def _shares(people: int) -> list[tuple[int, Sequence[int]]]:
    """The blocks of each share, numbered: at least four, however few there are."""
    of = max(4, -(-blocks(people) // BLOCKS_OF_A_SHARE))
    return [(part, range(blocks(people))[part::of]) for part in range(of)]


#: Tables of histories whose rows have numbers, by their letter in a pattern.
_WITH_NUMBERS = {"m": "matters_matter", "x": "frontdoor_document", "g": "access_grant"}
_AFTER = "SELECT setval(pg_get_serial_sequence('{table}', 'id'), greatest(max(id), 1)) FROM {table}"
_SERIAL = f"coalesce(max(id & {2**SERIAL_BITS - 1}), 0)"
_NEXT_AUDIENCE = f"SELECT {_SERIAL} + 1 FROM access_audience"  # noqa: S608
_AFTER_AUDIENCES = f"SELECT setval('access_audience_serial', greatest({_SERIAL}, 1)) FROM access_audience"  # noqa: S608


def _plan(owner_url: str, people: int, years: int, seed: str, truth: Path) -> Plan:
    directory = load_directory()
    today = clock.today()
    with machine():
        known = {
            agency.id: index_audience(directory.agency(agency.id, on=today))
            for agency in directory.agencies.values()
            if agency.id in _holders()
        }
        # Of an audience alone, too: with the front door's own, which is what a sender's news has.
        pairs = {frozenset(pair) for pair in product(known.values(), repeat=2)}
        readers = {pair: _readers(pair) for pair in pairs}
    with psycopg.connect(owner_url, autocommit=True) as owner:
        first = {table: _next(owner, table) for table in ("people_person", "people_personrecord", "ledger_fact")}
        numbers = {letter: _next(owner, table) for letter, table in _WITH_NUMBERS.items()}
        (numbers["a"],) = owner.execute(_NEXT_AUDIENCE.encode()).fetchone() or (1,)
    return Plan(
        owner_url=owner_url,
        people=people,
        years=years,
        seed=seed,
        truth=truth,
        first_person=first["people_person"],
        first_record=first["people_personrecord"],
        first_fact=first["ledger_fact"],
        audiences=known,
        held={(agency, kind): held_as(agency, kind, today) for agency in known for kind in KINDS.values()},
        readers=readers,
        first=numbers,
    )


def _holders() -> frozenset[str]:
    """Agencies that hold people of the county: those of the pilot that stand today."""
    directory, today = load_directory(), clock.today()
    return frozenset(agency.id for agency in directory.agencies_on(today))


def _readers(made_of: frozenset[int]) -> int:
    """Who reads why records of these audiences are one person: the front door where it reads both, else custodians."""
    front_door = audiences.standing(audiences.front_door_scope("908"))
    if all(audience >> SERIAL_BITS == front_door >> SERIAL_BITS for audience in made_of):
        return front_door
    return audiences.standing(audiences.CUSTODIANS)


def _next(owner: psycopg.Connection, table: str) -> int:
    row = owner.execute(sql.SQL("SELECT coalesce(max(id), 0) + 1 FROM {}").format(sql.Identifier(table))).fetchone()
    assert row is not None
    return int(row[0])


def _load_share(given: tuple[Plan, int, Sequence[int]]) -> tuple[int, int, int]:
    """Copy some of the blocks, in a process of its own; how many people, records and histories they have."""
    plan, part, numbers = given
    people = records = histories = 0
    tables = plan.tables
    # Nothing here goes round in circles, and millions of lines are looked through for them.
    gc.disable()
    with psycopg.connect(plan.owner_url) as owner, Truth(plan.truth, part) as truth:
        owner.execute("SET synchronous_commit = off")
        for at in range(0, len(numbers), BLOCKS_AT_A_TIME):
            lines: dict[str, list[str]] = {table: [] for table in tables}
            keys: list[bytes] = []
            for number in numbers[at : at + BLOCKS_AT_A_TIME]:
                rows, made = rows_of(plan, number, truth)
                people, records = people + made, records + rows.records
                histories += len(rows.lines.get("matters_matter", ()))
                keys += rows.keys
                for table, more in rows.lines.items():
                    lines[table] += more
            _copy(owner, tables, lines)
            _copy_keys(owner, keys)
            owner.commit()
    return people, records, histories


def rows_of(plan: Plan, number: int, truth: Truth | None = None) -> tuple[Rows, int]:
    """The rows of one block, and of how many people they tell."""
    rows = Rows(
        audiences=plan.audiences,
        held=plan.held,
        readers=plan.readers,
        next_record=plan.first_record + number * RECORDS_IN_A_BLOCK,
        next_fact=plan.first_fact + number * FACTS_IN_A_BLOCK,
    )
    maker = Maker(Random(f"copies/{plan.seed}/{number}"), plan.people, plan.years, 0)  # noqa: S311 (no secret)
    # Histories are drawn by themselves: with other rates for them, people and their copies stay as they are.
    chance = Random(f"histories/{plan.seed}/{number}")  # noqa: S311 (no secret)
    rows.ends = Ends(Random(f"ends/{plan.seed}/{number}")).of  # noqa: S311 (no secret)
    histories = Histories(chance, plan.years, plan.patterns, rows, _numbers_of_block(plan, number))
    people = 0
    for kin in block(number, plan.people, plan.years, plan.seed):
        made, ties = copies(kin, maker)
        people += len(kin.lives)
        told = histories.told_of(kin, made)
        kept = _Kept.of(told)
        placed = list(_placed(plan, rows, made, maker, kept))
        for tie in ties:
            rows.tie(tie)
        written = histories.write(told, kept.first) if told else None
        if truth:
            truth.kin(kin)
            truth.records(placed)
            if told and written:
                truth.history(told, written)
    return rows, people


def _numbers_of_block(plan: Plan, number: int) -> dict[str, int]:
    """The first number of each kind for the histories of a block."""
    most = {"m": MATTERS_IN_A_BLOCK, "x": MATTERS_IN_A_BLOCK, "a": AUDIENCES_IN_A_BLOCK, "g": GRANTS_IN_A_BLOCK}
    return {letter: first + number * most[letter] for letter, first in plan.first.items()}


@dataclass(slots=True)
class _Kept:
    """Of one kin: on which day news named somebody, who had a number from then on; and the first record of each."""

    named_on: dict[int, date]
    first: dict[int, Known] = field(default_factory=dict)

    @classmethod
    def of(cls, told: Told | None) -> _Kept:
        return cls({life.number: clock.local_date(told.at) for life in told.people.values()} if told else {})

    def since(self, copy: Copy) -> date:
        """Since when whoever this is a copy of has a number, where it is their first."""
        return min(copy.on, self.named_on.get(copy.life.number, copy.on))


def _placed(
    plan: Plan, rows: Rows, made: Sequence[Copy], maker: Maker, kept: _Kept
) -> Iterator[tuple[Copy, int, bool]]:
    """Each record under its person; now and then one is left apart, under a number of its own."""
    # Those of a person left apart have numbers above all others.
    beyond = plan.first_person + blocks(plan.people) * NUMBERS_IN_A_BLOCK
    for copy in made:
        person = plan.first_person + copy.life.number
        known = kept.first.get(copy.life.number)
        apart = known is not None and maker.happens("unlinked", "left_apart")
        if known is None or apart:
            person_id = beyond + rows.next_record if apart else person
            number = rows.person(person_id, copy.on if apart else kept.since(copy))
            record = rows.record(copy, person_id, number)
            if known is None:
                kept.first[copy.life.number] = Known(person_id, number, copy, record)
        else:
            record = rows.record(copy, person, known.number)
            rows.link(copy, record, known.copy, known.record)
        yield copy, record, apart


def _copy(owner: psycopg.Connection, tables: Mapping[str, str], lines: Mapping[str, list[str]]) -> None:
    for table, columns in tables.items():
        if not lines[table]:
            continue
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns.split()))
        )
        with owner.cursor() as cursor, cursor.copy(statement) as writer:
            writer.write("".join(lines[table]))


def _copy_keys(owner: psycopg.Connection, pieces: Sequence[bytes]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(KEYS), sql.SQL(", ").join(map(sql.Identifier, KEYS_COLUMNS.split()))
    )
    with owner.cursor() as cursor, cursor.copy(statement) as writer:
        writer.write(b"".join((BINARY_BEGINS, *pieces, BINARY_ENDS)))
