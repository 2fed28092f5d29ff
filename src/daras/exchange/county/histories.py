"""What the agencies did together about the county's children over the years: news, decisions, discussions, actions.

Each history is a pattern (`patterns`) with this family, these days and numbers of its own put in, as far as it had come
by the day to which the county has lived: so some matters are open now. How often, and how long each step takes, stands
in `demo/county/rates.toml`.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from daras.access.models import SERIAL_BITS
from daras.agencies import load_directory
from daras.duties.derive import first_step_at
from daras.exchange.county.copying import Copy
from daras.exchange.county.lives import Kin, Life
from daras.exchange.county.making import TODAY
from daras.exchange.county.naming import Weighted
from daras.exchange.county.pattern import Moment, Pattern
from daras.exchange.county.rates import rates
from daras.exchange.county.rows import NULL, News, Rows, reference
from daras.exchange.county.stories import ANSWERED, CHILD, DISCUSSED, MAN, MOTHER
from daras.frontdoor.document import Address, InvolvementNamed, PersonNamed
from daras.frontdoor.people_named import features, place_key
from daras.frontdoor.reading import canonical_digest
from daras.practice import Pack, pack_for
from daras.working_time import clock

#: More than a block ever has of each: matters with their documents, audiences, and grants of sight.
MATTERS_IN_A_BLOCK = 512
AUDIENCES_IN_A_BLOCK = 16_384
GRANTS_IN_A_BLOCK = 32_768
#: Nothing of a history is later than the evening of the last day.
ENDS = datetime.combine(TODAY, time(18), tzinfo=clock.LONDON)
#: Of whom the news is: at school, so that somebody hears them. The patterns tell of a child of that age.
YOUNGEST, OLDEST = 4, 16
#: Why a manager decides anything but a discussion.
REASONS = {
    "no-further-action": "Looked into with the family; nothing points to harm.",
    "early-help": "The family asks for help and takes it.",
    "assessment": "A social worker sees the child and the home first.",
}
_WHO_MAY = ("father", "step-father")


@dataclass(frozen=True, slots=True)
class Told:
    """News of a family: about whom, of whom, by whom, when, and what becomes of it."""

    child: Life
    mother: Life
    man: Life
    relation: str
    story: str
    sender: str  # the kind: school, surgery, police
    agency: str
    at: datetime

    @property
    def people(self) -> dict[str, Life]:
        """Everybody whom the news names, by the ref of the pattern."""
        return {CHILD: self.child, MOTHER: self.mother, MAN: self.man}


@dataclass(frozen=True, slots=True)
class Known:
    """Under which number somebody stands, and the first record that an agency has of them."""

    person_id: int
    number: str
    copy: Copy
    record: int


@dataclass(frozen=True, slots=True)
class HistoryWritten:
    """The reference of its matter, and the sender's records by the ref of the pattern."""

    matter: str
    records: Mapping[str, int]


class Ends:
    """Draws how long agencies' work with somebody lasts: a plan, a course of support. Who is on a school's roll or a
    surgery's register stays there."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def of(self, involvement: InvolvementNamed) -> date | None:
        """The day on which it ended, if it has."""
        lasting = rates()["days_of_work"].get(involvement.kind.replace(" ", "_").replace("'", ""))
        if lasting is None or involvement.since is None:
            return None
        ended = involvement.since + timedelta(days=1 + round(lasting * math.exp(0.5 * self.rng.gauss(0, 1))))
        return ended if ended < TODAY else None


class Histories:
    """Draws histories of one block, and writes them beside its people."""

    def __init__(
        self, rng: Random, years: int, patterns: Sequence[Pattern], rows: Rows, first: Mapping[str, int]
    ) -> None:
        self.rng = rng
        self.years = years
        self.patterns = {(each.story, each.sender): each for each in patterns}
        self.rows = rows
        self.next = dict(first)

    def told_of(self, kin: Kin, held: Sequence[Copy]) -> Told | None:
        """The news of one kin, at most one: later news of a family goes onto the matter that is open about it. Nobody
        tells of people of whom no agency has a record."""
        if not self.patterns:
            return None
        known = {copy.life.number for copy in held}
        for child, mother, man, relation in _families(kin):
            if {child.number, mother.number, man.number} <= known and self._happens(child):
                return self._told(kin, (child, mother, man, relation), held)
        return None

    def _happens(self, child: Life) -> bool:
        """Whether there is news of a child in the years at that age."""
        years = min(self.years, child.age(TODAY) - YOUNGEST + 1)
        return self.rng.random() < years * rates()["histories"]["news_of_a_child_a_year"]

    def _told(self, kin: Kin, family: tuple[Life, Life, Life, str], held: Sequence[Copy]) -> Told:
        child, mother, man, relation = family
        days = 365 * min(self.years, child.age(TODAY) - YOUNGEST + 1)
        day = TODAY - timedelta(days=int(self.rng.random() * days))
        at = _in_the_day(datetime.combine(day, time(8), tzinfo=clock.LONDON) + timedelta(hours=11 * self.rng.random()))
        story, sender = _STORIES.draw(self.rng), _SENDERS.draw(self.rng)
        school = next((each.agency for each in held if each.life is child and each.agency in _schools(kin)), "")
        if sender == "school" and not school:
            sender = "surgery"
        if (sender == "surgery" and not kin.town.surgery) or (DISCUSSED, sender) not in self.patterns:
            sender = "police"
        agency = {"school": school, "surgery": kin.town.surgery, "police": POLICE}[sender]
        return Told(child, mother, man, relation, story, sender, agency, min(at, ENDS - timedelta(hours=6)))

    def write(self, told: Told, known: Mapping[int, Known]) -> HistoryWritten:
        """Its rows, beside those of the people."""
        pattern = self.patterns[DISCUSSED if told.story == DISCUSSED else ANSWERED, told.sender]
        numbers = self._numbers(pattern)
        places = numbers | placed_under(told, known) | references(int(numbers["m0"]))
        for table, words in filled(pattern, told, self._moments(pattern, told.at), places).items():
            self.rows.lines[table] += words
        self._index(told, numbers)
        self._links(told, known, numbers)
        return HistoryWritten(places["reference"], {ref: int(numbers[f"r{i}"]) for i, ref in enumerate(told.people)})

    def _moments(self, pattern: Pattern, begins: datetime) -> list[datetime]:
        """When each step is taken: so many days after the one before, in the hours of work."""
        found = [begins]
        for step in pattern.steps[1:]:
            days = rates()["days"][step] * math.exp(0.6 * self.rng.gauss(0, 1))
            found.append(_in_the_day(found[-1] + timedelta(days=days, minutes=1)))
        return found

    def _numbers(self, pattern: Pattern) -> dict[str, str]:
        """A new number for every row of the pattern."""
        rows, places = self.rows, dict[str, str]()
        self.next |= {"f": rows.next_fact, "r": rows.next_record}
        for letter, count in pattern.counts.items():
            begin = self.next[letter]
            self.next[letter] = begin + count
            if letter == "a":
                each = ((scope << SERIAL_BITS) | (begin + place) for place, scope in enumerate(pattern.scopes))
                places |= {f"a{place}": str(number) for place, number in enumerate(each)}
            else:
                places |= {f"{letter}{place}": str(begin + place) for place in range(count)}
        rows.next_fact, rows.next_record = self.next["f"], self.next["r"]
        return places

    def _index(self, told: Told, numbers: Mapping[str, str]) -> None:
        on = clock.local_date(told.at)
        for place, person in enumerate(_named(told)):
            self.rows.index(int(numbers[f"r{place}"]), int(numbers["a1"]), features(person, on))

    def _links(self, told: Told, known: Mapping[int, Known], numbers: Mapping[str, str]) -> None:
        """The sender's record of each and the first that an agency has of them, found to be of one person when the
        later of the two came."""
        for place, life in enumerate(told.people.values()):
            held, record = known[life.number], int(numbers[f"r{place}"])
            news = News(told.agency, record, told.at, int(numbers["m0"]))
            self.rows.link_news(news, held.copy, held.record)


def filled(
    pattern: Pattern, told: Told, moments: Sequence[datetime], places: Mapping[str, str], ends: datetime = ENDS
) -> dict[str, list[str]]:
    """The rows by table of a pattern for this family with its steps at these moments, as far as it has come.

    Numbers and references are among the `places`.
    """
    come = sum(moment <= ends for moment in moments)
    put = {"digest": ""} | _times(pattern, moments) | _family(told, moments[0]) | dict(places)
    put["digest"] = _digest(pattern.pieces[0]["frontdoor_document"] % put)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for piece in (*pattern.pieces[:come], pattern.states[come - 1]):
        for table, words in piece.items():
            found[table].append(words % put)
    return found


def placed_under(told: Told, known: Mapping[int, Known]) -> dict[str, str]:
    """Under which number everybody stands whom the news names."""
    people = {ref: known[life.number] for ref, life in told.people.items()}
    return {f"person_{ref}": str(each.person_id) for ref, each in people.items()} | {
        f"number_{ref}": each.number for ref, each in people.items()
    }


def references(matter: int) -> dict[str, str]:
    """Of a matter, the receipt of its news, and its discussion."""
    return {"reference": reference("D", matter), "receipt": reference("R", matter), "meeting": reference("S", matter)}


def _schools(kin: Kin) -> set[str]:
    return {kin.town.primary, kin.town.secondary} - {""}


def _families(kin: Kin) -> Iterator[tuple[Life, Life, Life, str]]:
    """Children of an age to be heard, each with the mother and a man who is father or step-father today."""
    parents: defaultdict[int, dict[str, Life]] = defaultdict(dict)
    for tie in kin.ties:
        if tie.until is None:
            parents[tie.end.number].setdefault(tie.relation, tie.start)
    for child in kin.lives:
        if YOUNGEST <= child.age(TODAY) <= OLDEST and "mother" in parents[child.number]:
            relation = next((each for each in reversed(_WHO_MAY) if each in parents[child.number]), "")
            if relation:
                yield child, parents[child.number]["mother"], parents[child.number][relation], relation


def _in_the_day(moment: datetime) -> datetime:
    """The moment, or the next morning on which people are at work."""
    local = clock.local(moment)
    day = local.date()
    if local.hour >= 18:
        day += timedelta(days=1)
    late = day != local.date() or day.weekday() >= 5 or local.hour < 8
    while day.weekday() >= 5:
        day += timedelta(days=1)
    if not late:
        return moment.astimezone(UTC)
    minutes = (local.minute + 60 * local.hour) % 120
    return (datetime.combine(day, time(8, 30), tzinfo=clock.LONDON) + timedelta(minutes=minutes)).astimezone(UTC)


def _at(moments: Sequence[datetime], moment: Moment) -> datetime:
    return moments[moment.step] + moment.later


def _times(pattern: Pattern, moments: Sequence[datetime]) -> dict[str, str]:
    """Every time and day of the pattern, and when each duty is due by its clock."""
    pack = pack_for(TODAY)
    found = {name: str(_at(moments, moment)) for name, moment in pattern.moments.items()}
    for name, moment in pattern.days.items():
        found[name] = str(clock.local_date(moments[moment.step]) + moment.later)
    for place, due in pattern.dues.items():
        by = (
            _due(pack, due.kind, _at(moments, due.anchor)) if due.set_by_hand is None else _at(moments, due.set_by_hand)
        )
        found[f"due{place}"] = str(by)
        first = first_step_at(
            pack.duty(due.kind), opened_at=_at(moments, due.opened), due_at=by, calendar=pack.calendar
        )
        found[f"next{place}"] = NULL if first is None else str(first)
    return found


def _due(pack: Pack, kind: str, anchor: datetime) -> datetime:
    return pack.duty(kind).clock.due(anchor, pack.calendar)


def _family(told: Told, begins: datetime) -> dict[str, str]:
    """The words of this family, as the sender writes them."""
    place = _address(told)
    sex = "F" if told.child.sex == "F" else "M"
    found = {
        "sender": told.agency,
        "sender_name": load_directory().agency_at_any_time(told.agency).name,
        "relation": told.relation,
        "decision": told.story,
        "reason": REASONS.get(told.story, ""),
        "tie_in_document": f'"from": "man", "type": "{told.relation}"',
        "offspring": "daughter of" if sex == "F" else "son of",
        "sex_in_document": f'{{"ref": "child", "sex": "{sex}"',
        "sent_at": begins.isoformat(),
        "line": place.lines[0],
        "town": place.town,
        "postcode": place.postcode,
        "place_key": place_key(place)[:120],
        "nhs_child": told.child.nhs_number,
    }
    for ref, life in told.people.items():
        found |= {
            f"given_{ref}": life.given,
            f"family_{ref}": life.family(clock.local_date(told.at)),
            f"born_{ref}": str(life.born),
            f"sex_{ref}": life.sex,
        }
    return found


def _address(told: Told) -> Address:
    home = told.child.place(clock.local_date(told.at))
    assert home is not None
    return Address((home.line,), home.town, home.postcode)


def _named(told: Told) -> Iterator[PersonNamed]:
    """Those whom the news names, as the pattern names them."""
    on, place = clock.local_date(told.at), _address(told)
    for ref, life in told.people.items():
        named = PersonNamed(
            ref=ref, role="child" if ref == CHILD else "adult", given_name=life.given, family_name=life.family(on),
            date_of_birth=life.born, sex=life.sex, address=None if ref == MAN else place,
        )  # fmt: skip
        yield replace(named, identifiers=(("nhs-number", life.nhs_number),)) if ref == CHILD else named


def _digest(line: str) -> str:
    """Of the document in this line, as receiving takes it."""
    body = next(part for part in line.split("\t") if part.startswith("{"))
    return canonical_digest(json.loads(body))


POLICE = "devon-and-cornwall-police"
_STORIES = Weighted.of({name.replace("_", "-"): share for name, share in rates()["becomes"].items()})
_SENDERS = Weighted.of(rates()["senders"])
