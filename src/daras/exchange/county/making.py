"""Single people of the county: names, days of birth and numbers, drawn from the rates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from daras.exchange.county.lives import Life
from daras.exchange.county.naming import naming
from daras.exchange.county.places import places
from daras.exchange.county.rates import rates
from daras.frontdoor.document import RiskNamed

#: The day to which the county has lived.
TODAY = date(2026, 11, 16)
#: NHS numbers of the county begin with 91 to 99: no such number was ever given to anybody.
_FIRST_NINE_DIGITS = 910_000_000
#: When the county is made, somebody who was born at home in these last years was expected on a day near that of birth.
_EXPECTED_FOR = timedelta(days=5 * 365)
_WORK = ("teaching assistant", "football coach", "swimming teacher", "nursery worker", "youth group volunteer")


class Maker:
    """Draws people, one after another; `happens` draws whether a rate of the file comes true."""

    def __init__(self, rng: Random, people: int, years: int, first_number: int) -> None:
        self.rng = rng
        self.years = years
        self.start = TODAY - timedelta(days=365 * years)
        self.places = places(people)
        self.naming = naming()
        self.rates = rates()
        self.number = first_number

    def happens(self, table: str, rate: str) -> bool:
        return self.rng.random() < self.rates[table][rate]

    def chosen(self, among: Sequence[str]) -> str:
        """One of several: by `random()` alone, which gives the same in every version of Python."""
        return among[int(self.rng.random() * len(among))]

    def day(self, life: Life, youngest: int, oldest: int, before: date | None = None) -> date:
        """A day on which somebody was between these ages."""
        day = life.born + timedelta(days=int(365.25 * (youngest + self.rng.random() * (oldest - youngest))))
        return min(day, before) if before else day

    def adult(self, sex: str, youngest: int, oldest: int) -> Life:
        """Somebody of an age between these today; fewer of the old."""
        age = youngest + (oldest - youngest) * self.rng.random() ** 1.2
        born = TODAY - timedelta(days=int(min(age, 103) * 365.25))
        return self._life(sex, born, self.naming.family(self.rng), "")

    def child(self, mother: Life, father: Life, born: date, sex: str, taken: set[str]) -> Life:
        """A child of these two, of another given name than those taken."""
        parent = father if sex == "M" else mother
        given = parent.given if self.happens("children", "named_after_parent") else ""
        child = self._life(sex, born, self._family_of_child(mother, father, born), given, taken)
        if born > TODAY - _EXPECTED_FOR:
            child.expected = born + timedelta(days=int(self.rng.gauss(0, 9)))
        return child

    def _family_of_child(self, mother: Life, father: Life, born: date) -> str:
        if self.happens("children", "double_barrelled"):
            return f"{mother.families[0][1]}-{father.families[0][1]}"
        return (father if self.rng.random() < 0.75 else mother).family(born)

    def _life(self, sex: str, born: date, family: str, given: str, taken: set[str] | None = None) -> Life:
        while not given or (taken and given in taken):
            given = self.naming.given(self.rng, sex, born.year)
        self.number += 1
        return Life(
            number=self.number,
            sex=sex,
            given=given,
            middle=self._middle(sex, born, given),
            families=[(born, family)],
            born=born,
            nhs_number=nhs_number(self.number),
        )

    def _middle(self, sex: str, born: date, given: str) -> str:
        if not self.happens("children", "middle_name"):
            return ""
        number = 2 if self.happens("children", "second_middle_name") else 1
        drawn = [self.naming.given(self.rng, sex, born.year) for _ in range(number)]
        return " ".join(dict.fromkeys(name for name in drawn if name != given))

    def mark(self, life: Life) -> None:
        """What else is so of a grown-up: an alias, a risk to children."""
        if life.age(TODAY) < 18:
            return
        if self.happens("people", "alias"):
            life.alias = self.naming.given(self.rng, life.sex, life.born.year)
        if self.happens("people", "works_with_children"):
            life.works_with_children = self.chosen(_WORK)
        # Hardly a woman: nineteen in twenty are men.
        if self.rng.random() < self.rates["people"]["poses_risk"] * (1.9 if life.sex == "M" else 0.1):
            custody = self.happens("people", "in_custody")
            release = TODAY + timedelta(days=20 + int(self.rng.random() * 500)) if custody else None
            life.risk = RiskNamed(
                status="registered-sex-offender",
                basis="convicted",
                in_custody=custody,
                release_on=release,
                known_by=("devon-and-cornwall-police", "probation-service"),
            )


def nhs_number(number: int) -> str:
    """The valid NHS number of somebody of the county, another for every number below thirty million."""
    for nine in range(_FIRST_NINE_DIGITS + 3 * number, _FIRST_NINE_DIGITS + 3 * number + 3):
        # Weights from ten for the first digit to two for the last: each sum of the digits so far counts once more.
        total = rest = 0
        for digit in str(nine):
            rest += int(digit)
            total += rest
        check = 11 - (total + rest) % 11
        if check != 10:
            return f"{nine}{check % 11}"
    raise AssertionError(f"No NHS number for {number}.")
