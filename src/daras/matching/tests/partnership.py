"""A small made-up partnership with families in it, seeded: who is in the index, who is not, and how they are asked
about.

Brothers and sisters, twins, half-families with two names, and for everybody absent some relatives who are there: the
set on which a recipe that takes family name, address and postcode for independent evidence links people to their
relatives.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from daras.matching import names
from daras.matching.features import PersonFeatures, describe, home

_SYLLABLES = ("tre", "pol", "pen", "car", "bos", "lan", "ros", "nan", "chy", "bra", "hen", "mor")
_ENDINGS = ("a", "ick", "eth", "ow", "ane", "ley", "ton", "worth", "ell", "in", "don", "gwin", "keek", "verne")


@dataclass(frozen=True)
class Resident:
    """Somebody as they truly are."""

    given: str
    middle: str
    family: str
    born: date
    sex: str
    street: str
    postcode: str


@dataclass(frozen=True)
class Asked:
    """A description as a partner sends it, and the place in the index of the person it is of, if they are there."""

    features: PersonFeatures
    truth: int | None


class Partnership:
    """Families until there are `size` people in the index; one in twelve is left out of it, with relatives in it."""

    def __init__(self, seed: int, size: int) -> None:
        self._random = Random(seed)
        self.present: list[Resident] = []
        self.absent: list[Resident] = []
        while len(self.present) < size:
            family = self._family()
            for resident in family:
                left_out = len(family) > 1 and self._random.random() < 1 / 12
                (self.absent if left_out else self.present).append(resident)

    def asked(self, count: int) -> list[Asked]:
        """Half of them of somebody in the index, half of somebody who is not."""
        chance = self._random
        questions = []
        for number in range(count):
            if number % 2:
                questions.append(Asked(self._as_written(chance.choice(self.absent)), None))
            else:
                place = chance.randrange(len(self.present))
                questions.append(Asked(self._as_written(self.present[place]), place))
        return questions

    def _family(self) -> list[Resident]:
        chance = self._random
        family, street, postcode = self._family_name(), self._street(), self._postcode()
        grown_up = [self._resident(family, street, postcode, 1960, 1999) for _ in range(chance.choice((1, 2, 2)))]
        if len(grown_up) == 2 and chance.random() < 0.3:
            grown_up[1] = replace(grown_up[1], family=self._family_name())
        children: list[Resident] = []
        for _ in range(chance.choice((0, 1, 2, 2, 3))):
            child = self._resident(family, street, postcode, 2009, 2025)
            if children and chance.random() < 0.05:
                child = replace(child, born=children[-1].born)  # twins
            if child.given not in {other.given for other in children}:
                children.append(child)
        return grown_up + children

    def _resident(self, family: str, street: str, postcode: str, first: int, last: int) -> Resident:
        chance = self._random
        born = date(first, 1, 1) + timedelta(days=chance.randrange((date(last, 12, 31) - date(first, 1, 1)).days))
        return Resident(self._given(), self._given(), family, born, chance.choice("FM"), street, postcode)

    def _as_written(self, truth: Resident) -> PersonFeatures:
        """As hands write it: slips, short forms, exchanged names and dates, moves, and what is not known."""
        chance = self._random
        given, family = truth.given, truth.family
        if chance.random() < 0.08:
            given = self._slip(given)
        elif chance.random() < 0.08:
            given = chance.choice(sorted(names.classes(given)))
        if chance.random() < 0.10:
            family = self._slip(family)
        elif chance.random() < 0.04:
            family = self._family_name()
        if chance.random() < 0.03:
            given, family = family, given
        moved = chance.random() < 0.25
        street, postcode = (self._street(), self._postcode()) if moved else (truth.street, truth.postcode)
        return describe(
            given_name=given.title(),
            middle_names=truth.middle.title() if chance.random() < 0.5 else "",
            family_name=family.title(),
            date_of_birth=self._date(truth.born),
            sex=truth.sex,
            homes=[home(lines=[street], postcode=postcode)] if chance.random() < 0.9 else [],
        )

    def _date(self, born: date) -> date | None:
        roll = self._random.random()
        if roll < 0.10:
            return None
        if roll < 0.13 and born.day <= 12:
            return born.replace(month=born.day, day=born.month)
        if roll < 0.15:
            return born.replace(day=self._random.randint(1, 28))
        return born

    def _slip(self, name: str) -> str:
        place = self._random.randrange(len(name))
        letter = self._random.choice("abcdefghijklmnopqrstuvwxyz")
        kept, rest = name[:place], name[place + 1 :]
        return self._random.choice((kept + rest, kept + letter + rest, kept + letter + name[place:])) or name

    def _given(self) -> str:
        shares = names.name_shares().given
        return self._random.choices(list(shares), list(shares.values()))[0]

    def _family_name(self) -> str:
        if self._random.random() < 0.25:
            shares = names.name_shares().family
            return self._random.choices(list(shares), list(shares.values()))[0]
        return self._random.choice(_SYLLABLES) + self._random.choice(_SYLLABLES) + self._random.choice(_ENDINGS)

    def _street(self) -> str:
        return f"{self._random.randint(1, 60)} {self._random.choice(('Chapel', 'Fore', 'Mill', 'Wesley'))} Street"

    def _postcode(self) -> str:
        return f"TR{self._random.randint(1, 27)} {self._random.randint(1, 9)}A{self._random.choice('ABDEFGHJ')}"


def feature_of(resident: Resident) -> PersonFeatures:
    """The resident as the index holds them: whole and right."""
    return describe(
        given_name=resident.given.title(),
        middle_names=resident.middle.title(),
        family_name=resident.family.title(),
        date_of_birth=resident.born,
        sex=resident.sex,
        homes=[home(lines=[resident.street], postcode=resident.postcode)],
    )
