"""How the county's people live over the years: homes are founded, moved, parted and joined; children are born in them.

Each block of kin is made from a seed of its own, so the county streams in bounded memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from daras.exchange.county.lives import Kin, Life, Stay, Tie
from daras.exchange.county.making import TODAY, Maker
from daras.exchange.county.naming import Weighted
from daras.exchange.county.places import Place
from daras.exchange.county.rates import rates

#: A block makes kin until it has so many people.
PEOPLE_IN_A_BLOCK = 500
#: A block's numbers begin here: more than a block ever has people.
NUMBERS_IN_A_BLOCK = 1_024


def blocks(people: int) -> int:
    """How many blocks a county of at least so many people has."""
    return -(-people // PEOPLE_IN_A_BLOCK)


def county(people: int, years: int, seed: int | str) -> Iterator[Kin]:
    """At least so many people (a few more: kin are never cut), who lived these last years; the same for a seed."""
    for number in range(blocks(people)):
        yield from block(number, people, years, seed)


def block(number: int, people: int, years: int, seed: int | str) -> Iterator[Kin]:
    """The kin of one block of a county."""
    maker = Maker(Random(f"{seed}/{number}"), people, years, number * NUMBERS_IN_A_BLOCK)  # noqa: S311 (no secret)
    made = 0
    while made < PEOPLE_IN_A_BLOCK:
        kin = _History(maker).kin()
        made += len(kin.lives)
        yield kin


@dataclass(slots=True)
class _Home:
    """People under one roof: the couple or parent, and children and others with them."""

    place: Place
    adults: list[Life]
    others: list[Life] = field(default_factory=list)
    married: bool = False
    tenants: bool = False
    away_until: date | None = None  # in a refuge or hostel until then

    @property
    def everybody(self) -> list[Life]:
        return [*self.adults, *self.others]

    @property
    def mother(self) -> Life | None:
        return next((each for each in self.adults if each.sex == "F"), None)


class _History:
    """One kin from its founding, before the years that are told, to today."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker
        self.rng = maker.rng
        self.town = maker.places.town(self.rng)
        self.found = Kin(self.town)
        self.homes: list[_Home] = []

    def kin(self) -> Kin:
        """Found it, live through the years, and expect whoever is not born yet."""
        getattr(self, f"_found_{_SHAPES.draw(self.rng)}")()
        for year in range(self.maker.years):
            for home in list(self.homes):
                if home.adults:
                    self._live(home, self.maker.start + timedelta(days=365 * year))
        for home in self.homes:
            self._expect(home)
        for life in self.found.lives:
            self.maker.mark(life)
        return self.found

    # Founding

    def _found_alone(self) -> None:
        self._home([self._adult(self.maker.chosen("FM"), 18, 95)])

    def _found_couple(self) -> None:
        self._couple(18, 95)

    def _found_couple_with_children(self) -> None:
        home = self._couple(24, 54)
        self._children_of(home, home.adults[0], home.adults[1])

    def _found_mother_with_children(self) -> None:
        self._parent_with_children("F")

    def _found_father_with_children(self) -> None:
        self._parent_with_children("M")

    def _found_step_family(self) -> None:
        """A mother whose children's father lives elsewhere, with a partner and perhaps a child of theirs."""
        home = self._parent_with_children("F")
        self._joined(home, self._before())
        if self.maker.happens("apart", "half_sibling_there"):
            self._child(home, home.adults[0], home.adults[1], self._day_in_years(home.adults[0], 0, 6))

    def _found_three_generations(self) -> None:
        home = self._parent_with_children("F")
        mother = home.adults[0]
        elder = self._adult("F", mother.age(TODAY) + 19, mother.age(TODAY) + 36)
        elder.families = [(elder.born, mother.families[0][1])]
        home.others.append(elder)
        elder.stays = [Stay(home.place, mother.stays[0].since)]
        self._tie(elder, mother, "mother")
        for child in [each for each in home.others if each is not elder]:
            self._tie(elder, child, "grandmother")

    def _found_sharing(self) -> None:
        """Grown-up people of different families in one house."""
        people = [self._adult(self.maker.chosen("FM"), 18, 35) for _ in range(2 + int(self.rng.random() * 3))]
        home = self._home(people)
        home.adults, home.others = people[:1], people[1:]

    def _parent_with_children(self, sex: str) -> _Home:
        parent = self._adult(sex, 20, 50)
        home = self._home([parent])
        other = self._adult("M" if sex == "F" else "F", max(18, parent.age(TODAY) - 5), parent.age(TODAY) + 9)
        mother, father = (parent, other) if sex == "F" else (other, parent)
        in_county = self.maker.happens("apart", "other_parent_in_county")
        self._children_of(home, mother, father, tied=in_county)
        if not in_county:
            self.found.lives.remove(other)
            return home
        self._tie(other, parent, "partner", until=max(self._before(), *(each.born for each in (*home.others, parent))))
        elsewhere = self._home([other])
        if self.maker.happens("apart", "other_parent_has_new_partner"):
            partner = self._joined(elsewhere, self._before())
            if self.maker.happens("apart", "half_sibling_there"):
                pair = (partner, other) if other.sex == "M" else (other, partner)
                self._child(elsewhere, *pair, self._day_in_years(pair[0], 0, 8))
        return home

    def _couple(self, youngest: int, oldest: int) -> _Home:
        woman = self._adult("F", youngest, oldest)
        man = self._adult("M", max(18, woman.age(TODAY) - 4), woman.age(TODAY) + 7)
        home = self._home([woman, man])
        home.married = self.rng.random() < 0.35 + min(woman.age(TODAY), 70) / 140
        if home.married and self.rng.random() < 0.7:
            woman.families.append((self.maker.day(woman, 20, 30, before=self.maker.start), man.families[-1][1]))
        self._tie(woman, man, "partner")
        return home

    def _home(self, adults: list[Life]) -> _Home:
        tenants = self.maker.happens("people", "tenants")
        place = self.maker.places.home(self.rng, self.town)
        since = self._before()
        for each in adults:
            each.stays = [Stay(place, since)]
            each.tenant = tenants
        home = _Home(place, list(adults), tenants=tenants)
        self.homes.append(home)
        return home

    def _adult(self, sex: str, youngest: int, oldest: int) -> Life:
        life = self.maker.adult(sex, youngest, oldest)
        self.found.lives.append(life)
        return life

    def _children_of(self, home: _Home, mother: Life, father: Life, *, tied: bool = True) -> None:
        """One to four, the first when the mother was between 19 and 36, the next two to four years on."""
        number = int(_NUMBERS.draw(self.rng))
        born = self.maker.day(mother, 19, 36)
        while number > 0 and born < self.maker.start:
            if TODAY.year - born.year < 24:
                self._child(home, mother, father, born, tied=tied)
            born += timedelta(days=700 + int(self.rng.random() * 800))
            number -= 1

    def _child(self, home: _Home, mother: Life, father: Life, born: date, *, tied: bool = True) -> None:
        """A child, or twins, who live here from birth."""
        twins = self.maker.happens("children", "twins")
        first = self._one_child(home, mother, father, born, tied=tied)
        if twins:
            same = self.maker.happens("children", "identical_sex_of_twins")
            sex = first.sex if same else "FM".replace(first.sex, "")
            second = self._one_child(home, mother, father, born, sex=sex, tied=tied)
            second.expected, second.families = first.expected, list(first.families)

    def _one_child(
        self, home: _Home, mother: Life, father: Life, born: date, *, sex: str = "", tied: bool = True
    ) -> Life:
        taken = {each.given for each in home.others}
        child = self.maker.child(mother, father, born, sex or self.maker.chosen("FM"), taken)
        since = max(born, home.adults[0].stays[-1].since) if home.adults[0].stays else born
        child.stays = [Stay(home.place, since)]
        child.tenant = home.tenants
        home.others.append(child)
        self.found.lives.append(child)
        for parent, relation in ((mother, "mother"), (father, "father")):
            if parent in self.found.lives and (tied or parent in home.adults):
                self._tie(parent, child, relation)
        return child

    # Living

    def _live(self, home: _Home, since: date) -> None:
        """A year of a home: at most one of the things that part or join people, and perhaps a move."""
        on = min(since + timedelta(days=int(self.rng.random() * 365)), TODAY - timedelta(days=1))
        if home.away_until is not None:
            self._return(home, on)
        elif len(home.adults) == 2:
            self._live_together(home, on)
        else:
            self._live_alone(home, on)
        self._leave_home(home, on)
        move = "tenants_move" if home.tenants else "moves"
        if home.away_until is None and self.maker.happens("a_year", move):
            self._move(home, self.maker.places.home(self.rng, self.town), on)

    def _live_together(self, home: _Home, on: date) -> None:
        mother = home.mother
        if self.maker.happens("a_year", "partner_leaves"):
            self._part(home, on)
        elif mother and 20 <= mother.age(on) <= 40 and self.maker.happens("a_year", "birth"):
            self._child(home, *self._pair(home), on)
        elif mother and not home.married and self.maker.happens("a_year", "marries"):
            home.married = True
            if self.maker.happens("a_year", "takes_the_name"):
                mother.families.append((on, self._pair(home)[1].families[-1][1]))

    def _live_alone(self, home: _Home, on: date) -> None:
        if self._minors(home, on):
            self._go_to_the_other_parent(home, on)
            if home.mother and self.maker.happens("a_year", "to_refuge"):
                self._away(home, "refuge", on)
            elif self.maker.happens("a_year", "partner_joins"):
                self._joined(home, on)
        elif self.maker.happens("a_year", "to_hostel"):
            self._away(home, "hostel", on)

    def _go_to_the_other_parent(self, home: _Home, on: date) -> None:
        """Now and then a child goes to live with the parent who lives elsewhere."""
        for child in self._minors(home, on):
            theirs = [tie.start for tie in self.found.ties if tie.end is child and tie.relation in {"mother", "father"}]
            others = [each for each in self.homes if each is not home and any(one in theirs for one in each.adults)]
            if others and self.maker.happens("apart", "goes_to_the_other_parent_a_year"):
                home.others.remove(child)
                others[0].others.append(child)
                self._move_life(child, others[0].place, on)

    def _minors(self, home: _Home, on: date) -> list[Life]:
        return [each for each in home.others if each.age(on) < 18]

    def _part(self, home: _Home, on: date) -> None:
        """The second of the couple leaves for a home of their own; the children stay."""
        leaving = home.adults.pop()
        place = self.maker.places.home(self.rng, self.town)
        self._move_life(leaving, place, on)
        self.homes.append(_Home(place, [leaving], tenants=True))
        self.found.ties = [
            Tie(t.start, t.end, t.relation, t.since, on)
            if t.relation == "partner" and {id(t.start), id(t.end)} == {id(leaving), id(home.adults[0])}
            else t
            for t in self.found.ties
        ]

    def _joined(self, home: _Home, on: date) -> Life:
        """A partner moves in, who lived elsewhere before."""
        parent = home.adults[0]
        sex = "M" if parent.sex == "F" else "F"
        partner = self._adult(sex, max(18, parent.age(TODAY) - 8), parent.age(TODAY) + 10)
        before = self.maker.places.home(self.rng, self.town)
        partner.stays = [Stay(before, on - timedelta(days=400 + int(self.rng.random() * 2000)), on)]
        partner.stays.append(Stay(home.place, max(on, parent.stays[-1].since)))
        home.adults.append(partner)
        home.married = False
        self._tie(partner, parent, "partner", since=on)
        role = "step-father" if sex == "M" else "step-mother"
        for child in self._minors(home, on):
            self._tie(partner, child, role, since=on)
        return partner

    def _leave_home(self, home: _Home, on: date) -> None:
        for child in [each for each in home.others if 18 <= each.age(on) <= 28]:
            if self.maker.happens("a_year", "grown_up_leaves"):
                place = self.maker.places.home(self.rng, self.town)
                home.others.remove(child)
                self._move_life(child, place, on)
                self.homes.append(_Home(place, [child], tenants=True))

    def _away(self, home: _Home, kind: str, on: date) -> None:
        self._move(home, self.maker.places.building(self.rng, self.town, kind), on)
        home.away_until = on + timedelta(days=60 + int(self.rng.random() * 200))

    def _return(self, home: _Home, on: date) -> None:
        if home.away_until is not None and home.away_until <= on:
            home.away_until = None
            self._move(home, self.maker.places.home(self.rng, self.town), on)

    def _move(self, home: _Home, place: Place, on: date) -> None:
        for life in home.everybody:
            self._move_life(life, place, on)
        home.place = place

    def _move_life(self, life: Life, place: Place, on: date) -> None:
        last = life.stays[-1]
        if last.since < on:
            last.until = on
            life.stays.append(Stay(place, on))

    def _expect(self, home: _Home) -> None:
        """Some couples expect a child who is not born yet."""
        may = len(home.adults) == 2 and home.mother and 20 <= home.mother.age(TODAY) <= 40
        if may and self.rng.random() < rates()["a_year"]["birth"] * 0.45:
            self._child(home, *self._pair(home), TODAY + timedelta(days=5 + int(self.rng.random() * 160)))

    def _pair(self, home: _Home) -> tuple[Life, Life]:
        one, other = home.adults
        return (one, other) if one.sex == "F" else (other, one)

    def _tie(
        self, start: Life, end: Life, relation: str, *, since: date | None = None, until: date | None = None
    ) -> None:
        self.found.ties.append(Tie(start, end, relation, since, until))

    def _before(self) -> date:
        """A day in the fourteen years before the years that are told."""
        return self.maker.start - timedelta(days=30 + int(self.rng.random() * 5_000))

    def _day_in_years(self, mother: Life, youngest: int, oldest: int) -> date:
        """A day on which a child of that age today was born, if the mother was then seventeen."""
        day = TODAY - timedelta(days=40 + int((youngest + self.rng.random() * (oldest - youngest)) * 365))
        return max(day, self.maker.day(mother, 17, 18))


_SHAPES = Weighted.of(rates()["households"])
_NUMBERS = Weighted.of(
    {str(place): rates()["children"][name] for place, name in enumerate(("one", "two", "three", "four"), start=1)}
)
