"""A labelled, seeded, hard open set of the county: what agencies hold, and how people are asked about.

Half of those asked about are held by nobody, and most of these have family that is. Each question has one difficulty of
its own, beside what hands do to every copy: twins, siblings, aliases, names exchanged or run together, moves, unborn
children, names that are no names, no date of birth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from daras.exchange.county.copying import copies, copy
from daras.exchange.county.families import county
from daras.exchange.county.holding import Holding
from daras.exchange.county.lives import Kin, Life
from daras.exchange.county.making import TODAY, Maker
from daras.frontdoor.document import Address, PersonNamed

YEARS = 5
#: One in eight of those who have family in the county is left out of what agencies hold.
LEFT_OUT = 1 / 8
#: How often each difficulty is asked for; half of all are "plain", as partners send them.
DIFFICULTIES = {
    "plain": 0.50,
    "moved": 0.15,
    "exchanged names": 0.05,
    "names run together": 0.05,
    "alias": 0.03,
    "new family name": 0.05,
    "no date of birth": 0.05,
    "twin": 0.04,
    "sibling": 0.05,
    "unborn": 0.015,
    "no real name": 0.015,
}


@dataclass(frozen=True, slots=True)
class Record:
    """What an agency holds, and of whom it truly is."""

    named: PersonNamed
    person: int
    on: date


@dataclass(frozen=True, slots=True)
class Question:
    """Somebody as asked about, with who it truly is where agencies hold them."""

    named: PersonNamed
    truth: int | None
    difficulty: str
    on: date = TODAY


@dataclass(frozen=True, slots=True)
class OpenSet:
    """Records and questions."""

    records: list[Record]
    questions: list[Question]


def open_set(people: int, questions: int, seed: str) -> OpenSet:
    """The same for the same numbers and seed."""
    maker = Maker(Random(f"set/{seed}"), people, YEARS, 0)  # noqa: S311 (no secret)
    records: list[Record] = []
    pools: dict[bool, list[tuple[Kin, Life]]] = {True: [], False: []}
    for kin in county(people, YEARS, seed):
        out = {life.number for life in kin.lives if len(kin.lives) > 1 and maker.rng.random() < LEFT_OUT}
        held = {each.life.number for each in _add(records, kin, out, maker)}
        for life in kin.lives:
            if life.number in held or life.number in out:
                pools[life.number in held].append((kin, life))
    asked = [_question(pools[number % 2 == 0], number % 2 == 0, maker) for number in range(questions)]
    return OpenSet(records, asked)


def _add(records: list[Record], kin: Kin, out: set[int], maker: Maker) -> list[Holding]:
    made, _ = copies(kin, maker)
    kept = [each for each in made if each.life.number not in out]
    records += [Record(each.named, each.life.number, each.on) for each in kept]
    return [Holding(each.agency, each.life, each.on) for each in kept]


def _question(pool: list[tuple[Kin, Life]], held: bool, maker: Maker) -> Question:
    """Draw a difficulty, then somebody whom it fits."""
    wanted = _difficulty(maker.rng)
    kin, life = pool[int(maker.rng.random() * len(pool))]
    for _ in range(2_000):
        if _fits(wanted, kin, life):
            break
        kin, life = pool[int(maker.rng.random() * len(pool))]
    else:
        wanted = "plain"
    return Question(_asked(wanted, kin, life, maker), life.number if held else None, wanted)


def _difficulty(rng: Random) -> str:
    chance = rng.random()
    for name, share in DIFFICULTIES.items():
        if chance < share:
            return name
        chance -= share
    return "plain"


def _fits(wanted: str, kin: Kin, life: Life) -> bool:
    if wanted == "unborn":
        return life.expected is not None and life.born > TODAY - timedelta(days=300)
    if life.born > TODAY:
        return False
    if wanted == "twin":
        return any(other is not life and other.born == life.born for other in kin.lives)
    if wanted == "sibling":
        return sum(0 <= other.age(TODAY) < 18 for other in kin.lives) > 1 and life.age(TODAY) < 18
    if wanted == "alias":
        return bool(life.alias)
    if wanted == "names run together":
        return bool(life.middle) or "-" in life.families[-1][1]
    if wanted == "new family name":
        return life.sex == "F" and life.age(TODAY) > 16
    return not (wanted == "no real name" and life.age(TODAY) > 1)


def _asked(wanted: str, kin: Kin, life: Life, maker: Maker) -> PersonNamed:
    """As a referral would name them today: a copy of the police, who write no NHS number, with the difficulty."""
    on = TODAY if wanted != "unborn" else min(TODAY, life.born - timedelta(days=30))
    holding = Holding("devon-and-cornwall-police", life, on)
    named = replace(copy(holding, kin, maker), identifiers=(), previous_addresses=(), also_known_as=())
    change = _CHANGES.get(wanted)
    return change(named, life, maker) if change else named


def _moved(named: PersonNamed, _life: Life, maker: Maker) -> PersonNamed:
    place = maker.places.home(maker.rng, maker.places.town(maker.rng))
    return replace(named, address=Address((place.line,), place.town, place.postcode, place.shared))


def _exchanged(named: PersonNamed, _life: Life, _maker: Maker) -> PersonNamed:
    return replace(named, given_name=named.family_name, family_name=named.given_name)


def _run_together(named: PersonNamed, life: Life, maker: Maker) -> PersonNamed:
    """The middle name in the field of the given name, or a double-barrelled name as one or as two."""
    family = named.family_name.replace("-", maker.chosen((" ", "")))
    given = f"{named.given_name} {life.middle}".strip()
    return replace(named, given_name=given, middle_names="", family_name=family)


def _alias(named: PersonNamed, life: Life, _maker: Maker) -> PersonNamed:
    return replace(named, given_name=life.alias)


def _new_name(named: PersonNamed, _life: Life, maker: Maker) -> PersonNamed:
    return replace(named, family_name=maker.naming.family(maker.rng), previous_family_names=())


def _no_date(named: PersonNamed, _life: Life, _maker: Maker) -> PersonNamed:
    return replace(named, date_of_birth=None)


def _no_name(named: PersonNamed, _life: Life, maker: Maker) -> PersonNamed:
    return replace(named, given_name=maker.chosen(("Baby", "Unknown", "")), middle_names="")


_CHANGES: dict[str, Callable[[PersonNamed, Life, Maker], PersonNamed]] = {
    "moved": _moved,
    "exchanged names": _exchanged,
    "names run together": _run_together,
    "alias": _alias,
    "new family name": _new_name,
    "no date of birth": _no_date,
    "no real name": _no_name,
}
