"""The county's records as lines for COPY: the same rows as `exchange.extracts.receive_extract` would have written.

Lines are put together directly, since a million people are some forty million of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from daras.exchange.county.copying import Copy, TieHeld
from daras.frontdoor.document import Address, InvolvementNamed, PersonNamed
from daras.frontdoor.people_named import MOTHER, features, place_key
from daras.ledger.processing import processing_for
from daras.matching import keys
from daras.matching.features import PersonFeatures
from daras.matters.commands import ALPHABET
from daras.people.models import PosesRiskKnown
from daras.working_time import clock

AUTHOR, INTAKE = "service:extract", "service:intake"
NULL = r"\N"

#: The columns that are written of each table, in the order of the lines.
COLUMNS = {
    "people_person": "id number made_at",
    "people_personrecord": "id agency local_id made_at audience_id",
    "people_recordperson": "record_id person_id number audience_id",
    "ledger_fact": "id kind person_record_id matter_id agency controller regime basis confidentiality is_opinion"
    " person_kind occurred_from occurred_to recorded_at author audience_id supersedes_id",
    "people_nameknown": "fact_id audience_id use given_name middle_names family_name",
    "people_birthknown": "fact_id audience_id date_of_birth expected_on role sex",
    "people_identifierknown": "fact_id audience_id system value",
    "people_addressstay": "fact_id audience_id use lines town postcode place_key many_households since until",
    "people_involvementknown": "fact_id audience_id agency team involvement since until",
    "people_posesriskknown": "fact_id audience_id status basis in_custody release_on known_by",
    "people_workswithchildrenknown": "fact_id audience_id description",
    "people_relationshipknown": "fact_id audience_id other_record_id relation since until",
    "people_parentalresponsibilityknown": "fact_id audience_id child_record_id ground evidence_seen until",
    "people_linkdecided": "fact_id audience_id other_record_id decision probability why by_person",
    "matching_profile": "record_id audience_id given_names middle_names family_names birth expected_birth sex"
    " nhs_number identifiers home_keys home_postcodes home_shared unborn placeholder_name born_from born_to"
    " keys_version",
}
#: Rows of this table go as binary: they are two in three of all rows, and three numbers each.
KEYS, KEYS_COLUMNS = "matching_key", "key record_id audience_id"
BINARY_BEGINS, BINARY_ENDS = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_EIGHT = (8).to_bytes(4, "big")
_THREE = (3).to_bytes(2, "big") + _EIGHT
KINDS = {
    "people_nameknown": "name",
    "people_birthknown": "birth",
    "people_identifierknown": "identifier",
    "people_addressstay": "address-stay",
    "people_involvementknown": "involvement",
    "people_posesriskknown": "poses-risk",
    "people_workswithchildrenknown": "works-with-children",
    "people_relationshipknown": "relationship",
    "people_parentalresponsibilityknown": "parental-responsibility",
    "people_linkdecided": "link-decided",
}


@dataclass(frozen=True, slots=True)
class Header:
    """Of the headers of one record's facts of one day: whose they are, who reads them, and the words before and after
    what is of the kind of fact."""

    agency: str
    read_by: int
    about: str
    end: str


@dataclass(frozen=True, slots=True)
class News:
    """A record that came with news: the sender's, its number, when it came, and on which matter."""

    agency: str
    record: int
    at: datetime
    matter: int


def held_as(agency: str, kind: str, on: date) -> str:
    """The columns that say how an agency holds its facts of a kind: regime, basis, confidence, no opinion, and of whom
    they are. Everybody of the county who poses a risk was convicted."""
    default = processing_for(agency, kind, on)
    convicted = default.regime == "law-enforcement" and kind == PosesRiskKnown.kind
    return f"{default.regime}\t{default.basis}\t{default.confidentiality}\tf\t{'convicted' if convicted else ''}"


def _never(_: InvolvementNamed) -> date | None:
    return None


@dataclass(slots=True)
class Rows:
    """Lines by table. `audiences` is by agency, `held` how each agency holds facts of a kind (`held_as`), `readers` the
    audience of a reason by two audiences."""

    audiences: dict[str, int]
    held: dict[tuple[str, str], str]
    readers: dict[frozenset[int], int]
    next_record: int
    next_fact: int
    lines: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    ends: Callable[[InvolvementNamed], date | None] = _never  # when an agency's work with somebody ended, if it has
    records: int = 0  # so many stand in the index
    keys: list[bytes] = field(default_factory=list)  # rows of `matching_key` as a binary COPY takes them

    def person(self, person_id: int, made_on: date) -> str:
        """A number under which records stand together."""
        number = person_number(person_id)
        self.lines["people_person"].append(f"{person_id}\t{number}\t{_at(made_on)}\n")
        return number

    def record(self, copy: Copy, person_id: int, number: str) -> int:
        """A record with everything that is known of it, and its place in the index; returns its number."""
        record, audience = self.next_record, self.audiences[copy.agency]
        self.next_record += 1
        self.numbers[copy.agency, copy.named.ref] = record
        self._add("people_personrecord", f"{record}\t{copy.agency}\t{copy.named.ref}\t{_at(copy.on)}\t{audience}\n")
        self._add("people_recordperson", f"{record}\t{person_id}\t{number}\t{audience}\n")
        self._facts(copy, record)
        self.index(record, audience, features(copy.named, copy.on))
        return record

    def index(self, record: int, audience: int, described: PersonFeatures) -> None:
        """A record's place in the index."""
        self.records += 1
        self._add("matching_profile", _profile(record, audience, described))
        # One piece for all keys of a record: they are two in three of all rows.
        end = _EIGHT + record.to_bytes(8, "big") + _EIGHT + audience.to_bytes(8, "big")
        found = keys.indexed_digests(described)
        self.keys.append(_THREE + (end + _THREE).join(found) + end if found else b"")

    def tie(self, tie: TieHeld) -> None:
        """A tie, and the parental responsibility that a mother has in law (Children Act 1989, section 2)."""
        start, end = self.numbers[tie.agency, tie.start], self.numbers[tie.agency, tie.end]
        rest = f"{end}\t{tie.relation}\t{_day(tie.since)}\t{_day(tie.until)}"
        header = self._header(tie.agency, tie.on, start)
        self._fact("people_relationshipknown", header, rest)
        if tie.relation == MOTHER and tie.of_child:
            self._fact("people_parentalresponsibilityknown", header, f"{end}\t{MOTHER}\t\t{NULL}")

    def link(self, copy: Copy, record: int, other: Copy, other_record: int) -> None:
        """That two records were found to be one person, when the later of them came."""
        made_of = frozenset((self.audiences[copy.agency], self.audiences[other.agency]))
        rest = f"{other_record}\tlink\t0.999\t{_array((_WHY,))}\tf"
        header = self._header(copy.agency, max(copy.on, other.on), record, self.readers[made_of])
        self._fact("people_linkdecided", header, rest)

    def link_news(self, news: News, held: Copy, held_record: int) -> None:
        """That a sender's record of somebody and an agency's are of one person, found when the later of them came."""
        agency, record, at = news.agency, news.record, news.at
        read_by = self.readers[frozenset((self.audiences[held.agency],))]
        if clock.local_date(at) < held.on:
            rest = f"{record}\tlink\t0.999\t{_array((_WHY,))}\tf"
            self._fact("people_linkdecided", self._header(held.agency, held.on, held_record, read_by), rest)
            return
        end = f"{at}\t{INTAKE}\t{read_by}"
        header = Header(agency, read_by, f"{record}\t{news.matter}\t{agency}\t{agency}", end)
        self._fact("people_linkdecided", header, f"{held_record}\tlink\t0.999\t{_array((_WHY,))}\tf")

    def _facts(self, copy: Copy, record: int) -> None:
        named, header = copy.named, self._header(copy.agency, copy.on, record)
        for use, given, family in _names(named):
            middle = named.middle_names if use == "current" else ""
            self._fact("people_nameknown", header, f"{use}\t{given}\t{middle}\t{family}")
        born, expected = _day(named.date_of_birth), _day(named.expected_birth_on)
        self._fact("people_birthknown", header, f"{born}\t{expected}\t{named.role}\t{named.sex}")
        for system, value in named.identifiers:
            self._fact("people_identifierknown", header, f"{system}\t{value}")
        for place, use in _places(named):
            self._fact("people_addressstay", header, _stay(place, use))
        for each in named.involvements:
            rest = f"{each.agency}\t{each.team or ''}\t{each.kind}\t{_day(each.since)}"
            begun = self._fact("people_involvementknown", header, f"{rest}\t{_day(each.until)}")
            if ended := self.ends(each):
                later = self._header(copy.agency, ended, record)
                self._fact("people_involvementknown", later, f"{rest}\t{ended}", begun)
        if risk := named.poses_risk:
            custody, known_by = "t" if risk.in_custody else "f", _array(risk.known_by)
            rest = f"{risk.status}\t{risk.basis}\t{custody}\t{_day(risk.release_on)}\t{known_by}"
            self._fact("people_posesriskknown", header, rest)
        if named.works_with_children:
            self._fact("people_workswithchildrenknown", header, named.works_with_children)

    def _header(self, agency: str, on: date, record: int, audience: int | None = None) -> Header:
        """What the facts of one record of one day have in common, and who reads them."""
        read_by = audience or self.audiences[agency]
        return Header(agency, read_by, f"{record}\t{NULL}\t{agency}\t{agency}", f"{_at(on)}\t{AUTHOR}\t{read_by}")

    def _fact(self, table: str, header: Header, rest: str, supersedes: int | None = None) -> int:
        """A fact and its detail; returns its number."""
        fact, kind = self.next_fact, KINDS[table]
        self.next_fact += 1
        held, before = self.held[header.agency, kind], NULL if supersedes is None else supersedes
        self.lines["ledger_fact"].append(
            f"{fact}\t{kind}\t{header.about}\t{held}\t{NULL}\t{NULL}\t{header.end}\t{before}\n"
        )
        self.lines[table].append(f"{fact}\t{header.read_by}\t{rest}\n")
        return fact

    def _add(self, table: str, line: str) -> None:
        self.lines[table].append(line)


_WHY = "Found to be one person when the lists were first brought together."


#: The letters of ten bits, the lowest five first.
_PAIRS = tuple(second + first for first in ALPHABET for second in ALPHABET)


def person_number(person_id: int) -> str:
    """A number as people read it: another for every id, and one that tells nothing of it."""
    return reference("P", person_id)


def reference(prefix: str, number: int) -> str:
    """A reference as people read it: another for every number, and one that tells nothing of it."""
    value = (number * 0x9E3779B97F + 0x5DEECE66D) % 2**40
    first, second = _PAIRS[value & 1023], _PAIRS[value >> 10 & 1023]
    return f"{prefix}-{first}{second}-{_PAIRS[value >> 20 & 1023]}{_PAIRS[value >> 30]}"


@lru_cache(maxsize=8_192)
def _at(day: date) -> str:
    """The night in which a list came."""
    return f"{day} 03:00:00+00"


def _day(day: date | None) -> str:
    return NULL if day is None else str(day)


def _array(words: Sequence[str]) -> str:
    """Hardly ever of more than one."""
    if not words:
        return "{}"
    return f'{{"{words[0]}"}}' if len(words) == 1 else '{"' + '","'.join(words) + '"}'


def _names(named: PersonNamed) -> Iterable[tuple[str, str, str]]:
    if named.given_name or named.family_name:
        yield "current", named.given_name, named.family_name
    for family in named.previous_family_names:
        yield "previous", named.given_name, family
    for alias in named.also_known_as:
        given, _, family = alias.partition(" ")
        yield "alias", given, family


def _places(named: PersonNamed) -> Iterable[tuple[Address, str]]:
    if named.address:
        yield named.address, "lives"
    for former in named.previous_addresses:
        yield former, "lived"


def _stay(place: Address, use: str) -> str:
    shared = "t" if place.many_households else "f"
    key = place_key(place)[:120]
    where = f"{use}\t{_array(place.lines)}\t{place.town}\t{place.postcode}\t{key}\t{shared}"
    return f"{where}\t{_day(place.since)}\t{_day(place.until)}"


def _profile(record: int, audience: int, described: PersonFeatures) -> str:
    names = (described.given_names, described.middle_names, described.family_names)
    written = "\t".join([_array([name.written for name in each]) for each in names])
    born = described.date_of_birth.iso if described.date_of_birth else ""
    homes = described.homes
    lived = f"{_array([home.key or '' for home in homes])}\t{_array([home.postcode or '' for home in homes])}"
    shared = "{" + ",".join(["t" if home.shared else "f" for home in homes]) + "}"
    flags = f"{'t' if described.unborn else 'f'}\t{'t' if described.placeholder_name else 'f'}"
    bounds = f"{_day(described.born_from)}\t{_day(described.born_to)}\t{keys.VERSION}"
    told = f"{born}\t{_day(described.expected_birth)}\t{described.sex or ''}\t{described.nhs_number or ''}"
    found = _array(sorted(described.identifiers))
    return f"{record}\t{audience}\t{written}\t{told}\t{found}\t{lived}\t{shared}\t{flags}\t{bounds}\n"
