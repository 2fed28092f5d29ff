"""What an agency has written down of somebody: the truth of the day of its copy, with what hands do to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from daras.agencies import load_directory
from daras.exchange.county import slips
from daras.exchange.county.holding import Holding, holdings, parents
from daras.exchange.county.lives import Kin, Life
from daras.exchange.county.making import TODAY, Maker
from daras.exchange.county.places import Place
from daras.exchange.demonstration.copies import HEALTH, INQUIRING
from daras.exchange.demonstration.numbers import pupil_number
from daras.frontdoor.document import Address, InvolvementNamed, PersonNamed

_SHORT_STREETS = {
    "Road": "Rd", "Close": "Cl", "Terrace": "Tce", "Lane": "Ln", "Street": "St", "Avenue": "Ave", "Gardens": "Gdns",
    "Place": "Pl", "Drive": "Dr", "Court": "Ct", "Crescent": "Cres",
}  # fmt: skip
_WEEK = timedelta(days=7)
#: Agencies number people one after another in an order that tells nothing: by a multiplier modulo a prime.
_MULTIPLIER, _PRIME = 7_368_787, 99_999_989


@dataclass(frozen=True, slots=True)
class Copy:
    """One agency's record: what it says, of whom it truly is, and on which day it was made."""

    agency: str
    life: Life
    on: date
    named: PersonNamed


@dataclass(frozen=True, slots=True)
class TieHeld:
    """A tie that an agency knows, between two records of its own."""

    agency: str
    start: str
    end: str
    relation: str
    since: date | None
    until: date | None
    on: date
    of_child: bool


def copies(kin: Kin, maker: Maker) -> tuple[list[Copy], list[TieHeld]]:
    """All records of one kin, and the ties that those agencies know."""
    slipping = _Slipping(maker)
    made = [Copy(each.agency, each.life, each.copied_on, _copy(each, kin, slipping)) for each in holdings(kin, maker)]
    return made, list(_ties(kin, made))


def copy(holding: Holding, kin: Kin, maker: Maker) -> PersonNamed:
    """What this agency has written of somebody."""
    return _copy(holding, kin, _Slipping(maker))


def _copy(holding: Holding, kin: Kin, slipping: _Slipping) -> PersonNamed:
    life, on, kind = holding.life, holding.copied_on, kinds()[holding.agency]
    unborn = life.born > on
    given, family = slipping.names(life, on, kin)
    address, former = slipping.addresses(life, on, kin)
    role = "unborn" if unborn else "child" if life.age(on) < 18 else "adult"
    return PersonNamed(
        ref=reference(holding.agency, life),
        role=role,
        given_name=given,
        middle_names="" if unborn or not given else slipping.middle(life),
        family_name=family,
        previous_family_names=_previous(life, on, family) if kind in HEALTH or kind in INQUIRING else (),
        also_known_as=(f"{life.alias} {family}",) if life.alias and kind in INQUIRING else (),
        date_of_birth=None if unborn or holding.without_birth else slipping.birth(life),
        expected_birth_on=life.expected if unborn else None,
        sex="U" if unborn or slipping.happens("sex_unknown") else life.sex,
        identifiers=() if unborn else slipping.identifiers(life, kind, kin, on),
        address=address,
        previous_addresses=former if kind in INQUIRING else (),
        involvements=_involvements(holding),
        works_with_children=life.works_with_children if kind in INQUIRING else "",
        poses_risk=life.risk if life.risk and kind in {"police", "probation"} else None,
    )


@cache
def kinds() -> dict[str, str]:
    """The kind of every agency."""
    return {agency.id: agency.kind for agency in load_directory().agencies.values()}


def reference(agency: str, life: Life) -> str:
    """The number under which an agency files somebody: no two of one agency have the same."""
    return f"{_initials(agency)}-{(life.number * _MULTIPLIER + len(agency)) % _PRIME:08}"


@cache
def _initials(agency: str) -> str:
    return "".join(word[0] for word in agency.split("-")).upper()


def _previous(life: Life, on: date, written: str) -> tuple[str, ...]:
    borne = [name for since, name in life.families if since <= on]
    return tuple(name for name in borne[:-1] if name != written)


def _involvements(holding: Holding) -> tuple[InvolvementNamed, ...]:
    if not holding.kind:
        return ()
    return (InvolvementNamed(holding.agency, holding.kind, holding.team, holding.since, None),)


class _Slipping:
    """Draws what one copy has otherwise."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker
        self.rng = maker.rng
        self._rates = maker.rates["copies"]

    def happens(self, rate: str) -> bool:
        return self.rng.random() < self._rates[rate]

    def names(self, life: Life, on: date, kin: Kin) -> tuple[str, str]:
        """Given and family name: of an unborn child and in the first week often no name but "Baby"."""
        given, family = life.given, life.family(on)
        if life.born > on:
            mother = next(iter(parents(life, kin, ("mother",))), None)
            return ("Baby" if self.happens("baby") else ""), (mother.family(on) if mother else family)
        if on < life.born + _WEEK and self.happens("baby"):
            mother = next(iter(parents(life, kin, ("mother",))), None)
            return "Baby", (mother.family(on) if mother else family)
        if self.happens("unknown_name"):
            return "Unknown", family
        forms = self.maker.naming.short_forms.get(given)
        if forms and self.happens("short_form"):
            given = forms[int(self.rng.random() * len(forms))]
        if self.happens("given_slip"):
            given = slips.slip_of_the_pen(self.rng, given)
        if self.happens("family_slip"):
            family = slips.slip_of_the_pen(self.rng, family)
        return (family, given) if self.happens("names_exchanged") else (given, family)

    def middle(self, life: Life) -> str:
        if not life.middle or self.happens("middle_left_out"):
            return ""
        return life.middle[0] if self.happens("middle_initial") else life.middle

    def birth(self, life: Life) -> date | None:
        born = life.born
        if self.happens("no_birth"):
            return None
        if self.happens("first_of_january"):
            return date(born.year, 1, 1)
        if self.happens("day_and_month_exchanged"):
            return slips.exchanged(born)
        if self.happens("day_slip"):
            return slips.another_day(self.rng, born)
        slipped = slips.another_year(self.rng, born) if self.happens("year_slip") else born
        return slipped if slipped <= TODAY else born

    def identifiers(self, life: Life, kind: str, kin: Kin, on: date) -> tuple[tuple[str, str], ...]:
        found = []
        if kind in HEALTH and not self.happens("no_number"):
            holder = life
            if self.happens("wrong_number"):
                holder = next(iter(parents(life, kin, ("mother",))), life)
            found.append(("nhs-number", holder.nhs_number))
        if kind == "school" and life.age(on) < 18:
            found.append(("upn", pupil_number(life.key, life.born.year)))
        if kind == "police":
            found.append(("pnc-id", f"{2000 + life.number % 26}/{life.number:07}K"))
        return tuple(found)

    def addresses(self, life: Life, on: date, kin: Kin) -> tuple[Address | None, tuple[Address, ...]]:
        """The home of that day with the day from which they lived there, and those before it."""
        stays = [stay for stay in life.stays if stay.since <= on]
        if life.born > on:
            mother = next(iter(parents(life, kin, ("mother",))), None)
            stays = [stay for stay in mother.stays if stay.since <= on] if mother else []
        if not stays or self.happens("no_address"):
            return None, ()
        written = [self._written(stay.place, stay.since, None) for stay in stays]
        ended = tuple(replace(each, until=after.since) for each, after in zip(written, stays[1:], strict=False))
        return written[-1], ended

    def _written(self, place: Place, since: date, until: date | None) -> Address:
        line = place.line
        if self.happens("short_street"):
            line = " ".join(_SHORT_STREETS.get(word, word) for word in line.split())
        postcode = "" if self.happens("no_postcode") else place.postcode
        return Address((line,), place.town, postcode, place.shared, since, until)


def _ties(kin: Kin, made: list[Copy]) -> Iterator[TieHeld]:
    """An agency that holds both ends knows the tie as it was then; a surgery knows mothers only."""
    held: defaultdict[str, dict[int, Copy]] = defaultdict(dict)
    for each in made:
        held[each.agency][each.life.number] = each
    for agency, by_number in held.items():
        for tie in kin.ties:
            start, end = by_number.get(tie.start.number), by_number.get(tie.end.number)
            if start is None or end is None:
                continue
            on = max(start.on, end.on)
            if (tie.since and tie.since > on) or (kinds()[agency] == "general practice" and tie.relation != "mother"):
                continue
            until = tie.until if tie.until and tie.until <= on else None
            child = end.life.age(on) < 18
            yield TieHeld(agency, start.named.ref, end.named.ref, tie.relation, tie.since, until, on, child)
