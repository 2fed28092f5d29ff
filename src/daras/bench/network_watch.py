"""The standing watch under a stream of changes through the command that takes an agency's list: a child is born, a
partner joins, a friend is named, a lodger moves in. Afterwards every exposure is counted anew, and compared."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from random import Random

import psycopg

from daras.bench import NOW, effort, network_peers
from daras.bench.figures import Figure, milliseconds, percentile
from daras.bench.network_county import AGENCIES
from daras.exchange.county.naming import Naming, naming
from daras.exchange.extracts import receive_extract
from daras.frontdoor.document import Address, PersonNamed, RelationshipNamed, RiskNamed
from daras.frontdoor.watching import AUTHOR
from daras.working_time.clock import parse_instant

BENCH = "network"
#: Changes come in lists of so many: one transaction each.
IN_A_LIST = 10
#: A home of four takes in so many: with more than `graph.LARGEST_HOUSEHOLD` at one address it would be nobody's home,
#: and whom it connected would be counted by the recount alone.
MOST_LODGERS = 12
#: So many lists come before the clock starts: what an empty index is looked up by is no plan for a full one.
WARM_UP = 20
Change = tuple[list[PersonNamed], list[RelationshipNamed]]

_TOLD = """
SELECT child.person_id, other.person_id FROM frontdoor_indicatormet met
JOIN ledger_fact fact ON fact.id = met.fact_id AND fact.author = %(author)s
JOIN people_recordperson child ON child.record_id = met.about_record_ids[1]
JOIN ledger_fact named ON named.id = fact.id - 1 AND named.kind = 'person-in-matter'
JOIN people_recordperson other ON other.record_id = named.person_record_id
"""


def measure(owner: psycopg.Connection, people: int, rate: int, seconds: int) -> list[Figure]:
    """So many changes a second, for so long at the most; raises AssertionError where one exposure was not told, or one
    too many."""
    on = NOW[:10]
    network_peers.prepare(owner, on, hidden=0)
    before = network_peers.exposed(owner, on)
    wanted = rate * seconds
    changes = _lists(owner, people, wanted + WARM_UP * IN_A_LIST)
    for number, change in enumerate(islice(changes, WARM_UP)):
        _received(number, change)
    owner.execute("ANALYZE")
    taken, began = list[float](), time.perf_counter()

    def come(numbered: tuple[int, Change]) -> None:
        number, change = numbered
        if time.perf_counter() - began > seconds:
            return
        wait = began + number * IN_A_LIST / rate - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        at = time.perf_counter()
        _received(WARM_UP + number, change)
        taken.append(time.perf_counter() - at)

    numbered = list(enumerate(changes))
    ours, theirs = effort.of_calls(come, numbered)
    whole = time.perf_counter() - began
    lists, came = len(numbered) / len(taken), IN_A_LIST * len(taken)
    network_peers.prepare(owner, on, hidden=0)
    new = network_peers.exposed(owner, on) - before
    told = [tuple(row) for row in owner.execute(_TOLD, {"author": AUTHOR}).fetchall()]
    missed, beyond = new - set(told), set(told) - new
    if missed or beyond or len(told) != len(set(told)):
        raise AssertionError(f"The watch missed {sorted(missed)[:5]} and told {sorted(beyond)[:5]} that is not there.")
    where = f"among {people:,} people, {came:,} changes in lists of {IN_A_LIST}"
    one = "one list with its matching, writing and watch"
    figures = [
        Figure(BENCH, f"changes a second with the watch, asked for {rate}, {where}", came / whole, "/s"),
        Figure(BENCH, f"{one}, p50", milliseconds(percentile(taken, 0.5)), "ms"),
        Figure(BENCH, f"{one}, p95", milliseconds(percentile(taken, 0.95)), "ms"),
        Figure(BENCH, f"{one}: processor time of Daras, mean", ours * lists, "ms"),
        Figure(BENCH, f"exposures made by them, told at once; a full recount finds {len(new):,}", float(len(told)), ""),
        Figure(BENCH, "exposures that the watch missed", float(len(missed)), "", 0.0),
    ]
    if theirs is not None:
        figures.insert(4, Figure(BENCH, f"{one}: processor time of PostgreSQL, mean", theirs * lists, "ms"))
    return figures


def _received(number: int, change: Change) -> None:
    os.environ["DARAS_NOW"] = (parse_instant(NOW) + timedelta(seconds=number)).isoformat()
    receive_extract(AGENCIES[0], *change)


def _lists(owner: psycopg.Connection, people: int, wanted: int) -> Iterator[Change]:
    of_risk = owner.execute(b"SELECT r FROM bench_record WHERE k = 0 AND part < 2 AND p * 7919::bigint % 1000 < 6")
    risky = [row[0] for row in of_risk.fetchall()]
    chance, called = Random(f"changes {people}"), naming()  # noqa: S311 (no secret)
    lodgers = Counter[int]()
    for first in range(0, wanted, IN_A_LIST):
        named: list[PersonNamed] = []
        tied: list[RelationshipNamed] = []
        for number in range(first, min(first + IN_A_LIST, wanted)):
            known = chance.choice(risky) if chance.random() < 0.2 else chance.randrange(people // 4) * 4 + 2
            if str(known) in {each.ref for each in named}:
                continue
            more, ties = _change(number, known, chance, called, lodgers)
            named += more
            tied += ties
        yield named, tied


def _change(
    number: int, known: int, chance: Random, called: Naming, lodgers: Counter[int]
) -> tuple[Sequence[PersonNamed], Sequence[RelationshipNamed]]:
    """Somebody new beside somebody whom the agency's list holds already: named, born and housed as people are, so that
    those who come are no likelier to be taken for one another than in life."""
    ref, kind = f"new-{number}", chance.choice(("birth", "partner", "friend", "lodger"))
    held = PersonNamed(ref=str(known), role="adult")
    sex, family = chance.choice("FM"), called.family(chance)
    if kind == "birth":
        born = date(2026, 11, 20) - timedelta(days=chance.randrange(300))
        given = called.given(chance, sex, born.year)
        child = PersonNamed(ref=ref, role="child", given_name=given, family_name=family, date_of_birth=born)
        return [held, child], [RelationshipNamed(held.ref, ref, "mother" if known % 4 == 2 else "father")]
    if kind == "lodger":
        lodgers[(known - 1) // 4] += 1
        kind = kind if lodgers[(known - 1) // 4] <= MOST_LODGERS else "friend"
    home = Address((f"Home {(known - 1) // 4}",), "Redruth", "TR15 2AA")
    elsewhere = Address((f"{number % 90 + 1} New Road",), "Camborne", _postcode(chance))
    risk = RiskNamed(status="registered-sex-offender", basis="convicted") if chance.random() < 0.1 else None
    born = date(1950, 1, 1) + timedelta(days=chance.randrange(20_000))
    adult = PersonNamed(
        ref=ref, role="adult", given_name=called.given(chance, sex, born.year), family_name=family,
        date_of_birth=born,
        address=home if kind == "lodger" else elsewhere, poses_risk=risk,
    )  # fmt: skip
    return [held, adult], [RelationshipNamed(ref, held.ref, "partner" if kind == "partner" else "friend")]


def _postcode(chance: Random) -> str:
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    return f"TR{chance.randrange(1, 28)} {chance.randrange(1, 10)}{chance.choice(letters)}{chance.choice(letters)}"
