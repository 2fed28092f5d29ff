"""A county is loaded as the agencies' own lists would have been (A5)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db.models import QuerySet

from daras.access.session import machine
from daras.exchange.county.copying import copies, kinds
from daras.exchange.county.families import block
from daras.exchange.county.histories import ENDS
from daras.exchange.county.loading import Plan, load, rows_of
from daras.exchange.county.making import TODAY, Maker
from daras.exchange.county.rows import COLUMNS, KEYS, KINDS, held_as, person_number
from daras.exchange.installation import install_all
from daras.frontdoor.people_named import facts_of_person, features
from daras.home import Addresses
from daras.ledger.models import Fact
from daras.matching import keys
from daras.matching.models import Key, NamesCount, Profile
from daras.matching.profiles import features_of
from daras.matching.queries import decide_for
from daras.matching.reading import features_of_records
from daras.matters.models import Matter
from daras.measures.counting import measures_of
from daras.measures.queries import counts_of
from daras.people.models import (
    AddressStay,
    IdentifierKnown,
    InvolvementKnown,
    PersonInMatter,
    PersonRecord,
    RecordPerson,
)
from daras.people.queries import open_matters_of
from daras.practice import pack_for
from daras.working_time import clock

PEOPLE, YEARS, SEED = 500, 2, "loading"

_CONSTRAINTS = "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1, 2"
_KEPT = """
SELECT relname, relpersistence::text, relrowsecurity,
       ARRAY(SELECT tgname::text || tgenabled::text FROM pg_trigger
             WHERE tgrelid = pg_class.oid AND NOT tgisinternal ORDER BY 1)
FROM pg_class WHERE oid::regclass::text = ANY(%s) ORDER BY 1
"""
_INDEXES = "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid::regclass::text = ANY(%s) ORDER BY 1"


def _shape(url: str) -> tuple[object, object]:
    with psycopg.connect(url) as connection:
        return (
            connection.execute(_CONSTRAINTS).fetchall(),
            connection.execute(_INDEXES, [[*COLUMNS, KEYS]]).fetchall(),
        )


def _kept(url: str) -> list[tuple[object, ...]]:
    """Of each table of the county: whether it outlives a crash and stands behind the gate, and its triggers."""
    with psycopg.connect(url) as connection:
        return connection.execute(_KEPT, [[*COLUMNS, KEYS]]).fetchall()


def test_a_county_is_loaded_as_lists_are(cloned_database: Addresses, tmp_path: Path) -> None:
    """A5, G2, I8: given a county in the database, then every record is found as the ledger tells it, its people stand
    under one number, every matter and duty is as its facts say and is counted by the measures, a child's open matter is
    found, names are counted, work that has ended is told in a later fact, and tables have their indexes and keys as
    before, none of which stood while rows came in; what is looked up in them is found by an index."""
    install_all()
    shape, kept = _shape(cloned_database.owner_url), _kept(cloned_database.owner_url)
    told: list[tuple[int, int, str]] = []
    standing: dict[str, object] = {}
    loaded = load(
        owner_url=cloned_database.owner_url,
        people=PEOPLE,
        years=YEARS,
        seed=SEED,
        truth=tmp_path,
        progress=lambda *each: told.append(each),
        processes=1,
        senders=("police",),
        begins=lambda part: standing.update({part: _shape(cloned_database.owner_url)[1]}),
    )
    assert _shape(cloned_database.owner_url) == shape
    assert _kept(cloned_database.owner_url) == kept
    assert {row[1] for row in kept} == {"p"}
    assert list(standing) == ["stories", "rows", "indexes", "foreign keys", "statistics"]
    assert not standing["rows"]
    assert not standing["indexes"]
    assert standing["statistics"] == shape[1]
    assert told[-1][0] == told[-1][1]
    call_command("rederive", stdout=StringIO())
    with machine():
        assert Matter.objects.count() == loaded.histories > 0
        assert NamesCount.objects.get().records == Profile.objects.count() > 0
        subject = PersonInMatter.objects.filter(part="subject").latest("pk")
        child = RecordPerson.objects.get(record_id=subject.fact.person_record_id)
        assert open_matters_of({child.person_id})[child.person_id][0][0] == subject.fact.matter_id
        asked_of = [each for each in measures_of(pack_for(TODAY)).values() if each.query == "duty-on-time"]
        since, until = ENDS - timedelta(days=365 * YEARS), ENDS
        counted = counts_of(asked_of, since=since, until=until)
        assert sum(count.denominator for counts in counted.values() for count in counts) > loaded.histories
        ended = InvolvementKnown.objects.filter(until__isnull=False).select_related("fact__supersedes")
        assert ended
        assert all(clock.local_date(each.fact.recorded_at) == each.until for each in ended)
        before = [each.fact.supersedes for each in ended if each.fact.supersedes]
        assert [fact.person_record_id for fact in before] == [each.fact.person_record_id for each in ended]
        profiles = {row.record_id: row for row in Profile.objects.all()}
        assert len(profiles) == loaded.records
        read = features_of_records(list(profiles))
        for record_id, (described, audience_id) in read.items():
            assert keys.keys(described) == keys.keys(features_of(profiles[record_id]))
            assert audience_id == profiles[record_id].audience_id
        record_id = min(profiles)
        wanted = set(keys.indexed_numbers(features_of(profiles[record_id])))
        assert set(Key.objects.filter(record_id=record_id).values_list("key", flat=True)) == wanted
        asked = next(features_of(row) for row in profiles.values() if row.nhs_number and row.birth)
        assert decide_for(asked).decision == "match"
        for index, looked_up in _looked_up():
            assert f"Index Scan using {index}" in looked_up.explain() or f"on {index}" in looked_up.explain(), index
    files = [file.read_text(encoding="utf-8").splitlines() for file in tmp_path.glob("records-*.csv")]
    records = [row for lines in files for row in csv.DictReader(lines)]
    assert len(records) == loaded.records
    assert len({row["person"] for row in records}) <= loaded.people
    assert any(row["left_apart"] for row in records)


def _looked_up() -> Iterator[tuple[str, QuerySet[Any]]]:
    """What is asked of very many rows, and the index by which it has to be found."""
    matter = Matter.objects.latest("pk").pk
    yield "facts_of_matter", Fact.objects.of_matter(matter)
    yield "facts_of_matter", Fact.objects.filter(matter_id__in=[matter, matter + 1], kind="referral-received")
    record = PersonRecord.objects.latest("pk")
    refs = [record.local_id, "another"]
    yield "records_of_agency", PersonRecord.objects.filter(agency=record.agency, local_id__in=refs)
    number = IdentifierKnown.objects.filter(system="nhs-number").latest("pk").value
    yield "records_by_identifier", IdentifierKnown.objects.filter(system="nhs-number", value=number)
    yield "stays_at_place", AddressStay.objects.filter(place_key=AddressStay.objects.latest("pk").place_key)


def test_facts_are_those_of_an_extract(tmp_path: Path) -> None:
    """A5: given one block, then its lines say, fact by fact, what `facts_of_person` says of the same copies."""
    plan = Plan(
        "",
        PEOPLE,
        YEARS,
        SEED,
        tmp_path,
        1,
        1,
        1,
        dict.fromkeys(kinds(), 7),
        {(agency, kind): held_as(agency, kind, TODAY) for agency in kinds() for kind in KINDS.values()},
        {frozenset((7,)): 7},
    )
    rows, people = rows_of(plan, 0)
    maker = Maker(Random(f"copies/{SEED}/0"), PEOPLE, YEARS, 0)
    wanted: dict[str, int] = {}
    for kin in block(0, PEOPLE, YEARS, SEED):
        seen: set[int] = set()
        for copy in copies(kin, maker)[0]:
            for entry in facts_of_person(copy.named, 1, 0, 7, 7):
                wanted[entry.detail._meta.db_table] = wanted.get(entry.detail._meta.db_table, 0) + 1
            # As the loader draws whether a further record is left apart.
            if copy.life.number in seen:
                maker.happens("unlinked", "left_apart")
            seen.add(copy.life.number)
            assert features(copy.named, copy.on)
    assert people >= PEOPLE
    written = {table: "".join(pieces).splitlines() for table, pieces in rows.lines.items()}
    # That work has ended is told by the agency later, in a fact that supersedes the list's.
    involved = written["people_involvementknown"]
    written["people_involvementknown"] = [line for line in involved if line.endswith("\\N")]
    assert len(involved) > wanted["people_involvementknown"]
    for table, count in wanted.items():
        assert len(written[table]) == count, table
    for table, lines in written.items():
        assert {line.count("\t") + 1 for line in lines} == {len(COLUMNS[table].split())}, table


def test_digests_are_those_of_the_keys() -> None:
    """A5: given copies of a block, then what is loaded into the index is the digest of every key, each once."""
    maker = Maker(Random(f"copies/{SEED}/0"), PEOPLE, YEARS, 0)
    for kin in block(0, PEOPLE, YEARS, SEED):
        for copy in copies(kin, maker)[0]:
            described = features(copy.named, copy.on)
            digests = keys.indexed_digests(described)
            assert digests == set(map(keys.digest, keys.indexed_keys(described)))
            assert sorted(int.from_bytes(each, "big", signed=True) for each in digests) == keys.indexed_numbers(
                described
            )


@pytest.mark.parametrize("first", [0, 5_000_000])
def test_numbers_of_people_differ(first: int) -> None:
    """A5: no two people of a county have one number."""
    assert len({person_number(first + each) for each in range(20_000)}) == 20_000
