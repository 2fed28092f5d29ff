"""The reasons of a comparison in plain words, field by field, the ones that decide first."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Literal

from daras.matching.agreement import Agreement
from daras.matching.features import PersonFeatures
from daras.matching.names import Name

_GIVEN = {
    "same": "Given name {0} is the same.",
    "short_form": "{0} and {1} are forms of one given name.",
    "close": "Given names {0} and {1} are spelled or sound alike.",
    "may_share": "{0} and {1} may be short for the same given name.",
    "lookalike": "Given names {0} and {1} look alike but are two names.",
    "middle": "The given name of one ({0} or {1}) is a middle name of the other.",
    "crossed": "Given and family name are exchanged.",
    "initial": "Given names {0} and {1} begin with the same letter.",
    "different": "Given names differ: {0} and {1}.",
}
_FAMILY = {
    "same": "Family name {0} is the same.",
    "part": "Family names {0} and {1} share a part.",
    "close": "Family names {0} and {1} are spelled or sound alike.",
    "different": "Family names differ: {0} and {1}.",
}
_BIRTH = {
    "same": "Born on {0} in both.",
    "swapped": "Dates of birth are the same with day and month exchanged: {0} and {1}.",
    "slip": "Dates of birth are a slip of the pen apart: {0} and {1}.",
    "other_day": "Born in the same month on another day: {0} and {1}.",
    "other_year": "The same birthday in another year: {0} and {1}.",
    "different": "Dates of birth differ: {0} and {1}.",
}
_YEAR = {
    "same": "Born in the same year as far as is known: {0} and {1}.",
    "one_off": "Years of birth are next to each other: {0} and {1}.",
    "different": "Years of birth differ: {0} and {1}.",
}
_MONTH = {
    "same": "Born in the same month as far as is known: {0} and {1}.",
    "different": "Months of birth differ: {0} and {1}.",
}
_HOME = {
    "same": "The same address.",
    "same_line": "The same first line of the address, once written without its postcode.",
    "same_postcode": "The same postcode, another address.",
    "same_district": "Another address in the same postcode district.",
    "different": "Other addresses.",
}
_BUILDING = {"same": "The same building, which holds many households."}
_NUMBER = {"same": "The NHS number is the same."}  # that they differ is said by the guard
_IDENTIFIER = {"same": "Another identifier is the same.", "different": "Another identifier differs."}
_MIDDLE = {
    "same": "A middle name agrees.",
    "initial": "A middle initial agrees.",
    "different": "Middle names differ.",
}
_GENERATION = {"apart": "One was told of as a child, the other as an adult: they are not of one age."}
_EXPECTED = {
    "same": "Expected on the same day or within two weeks.",
    "near": "Expected within six weeks of each other.",
    "different": "Expected on other days.",
}
_GROWN_UP_TOGETHER = {"same": "Both had been grown up for ten years: twins of that age hardly share a home."}
_SEX = {"different": "Recorded as of different sex."}


#: By of how many of two born people the date of birth is known.
MISSING = ("No date of birth is known.", "No date of birth is known on one side.", None)


def reasons(a: PersonFeatures, b: PersonFeatures, agreed: Agreement) -> tuple[str, ...]:
    """One sentence for each field that both sides hold and that tells something."""
    told = []
    for field, sentence in _sentences(_levels_of(agreed)):
        if field is None:
            told.append(sentence)
        elif field == "given":
            told.append(sentence.format(*closest_written(a.given_names, b.given_names)))
        elif field == "family":
            told.append(sentence.format(*closest_written(a.family_names, b.family_names)))
        else:
            told.append(sentence.format(a.date_of_birth, b.date_of_birth))
    missing = None if agreed.birth else _missing(a, b)
    return (*told, missing) if missing else tuple(told)


_SAID: tuple[tuple[str, Literal["given", "family", "birth"] | None, Mapping[str, str]], ...] = (
    ("nhs_number", None, _NUMBER),
    ("identifier", None, _IDENTIFIER),
    ("given_name", "given", _GIVEN),
    ("middle_names", None, _MIDDLE),
    ("family_name", "family", _FAMILY),
    ("date_of_birth", "birth", _BIRTH),
    ("month_of_birth", "birth", _MONTH),
    ("year_of_birth", "birth", _YEAR),
    ("expected_birth", None, _EXPECTED),
    ("generation", None, _GENERATION),
    ("sex", None, _SEX),
    ("home", None, _HOME),
    ("building", None, _BUILDING),
    ("grown_up_together", None, _GROWN_UP_TOGETHER),
)
_levels_of = attrgetter(*(field for field, _, _ in _SAID))


@lru_cache(maxsize=10_000)
def _sentences(levels: tuple[str | None, ...]) -> tuple[tuple[Literal["given", "family", "birth"] | None, str], ...]:
    """What is said of levels, with the values that are put into each sentence."""
    by_field = {field: level for (field, _, _), level in zip(_SAID, levels, strict=True)}
    if by_field["given_name"] != "different":
        by_field["grown_up_together"] = None
    return tuple(
        (values, sentences[level])
        for field, values, sentences in _SAID
        if (level := by_field[field]) is not None and level in sentences
    )


@lru_cache(maxsize=10_000)
def pattern(agreed: Agreement) -> str:
    """All that is said of a pair by its levels, as one text: with places for two given names, two family names and two
    dates of birth, in this order."""
    values = ("given", "family", "birth")
    told = []
    for field, sentence in _sentences(_levels_of(agreed)):
        first = 2 * values.index(field) if field else 0
        told.append(sentence.replace("{1}", f"{{{first + 1}}}").replace("{0}", f"{{{first}}}"))
    return " ".join(told)


def _missing(a: PersonFeatures, b: PersonFeatures) -> str | None:
    known = sum(1 for birth in (a.date_of_birth, b.date_of_birth) if birth)
    return None if a.unborn or b.unborn else MISSING[known]


def closest_written(one: tuple[Name, ...], other: tuple[Name, ...]) -> tuple[str, str]:
    """The names to show: one that both bear where there is one, else the present ones."""
    if len(one) == 1 == len(other):
        return one[0].written, other[0].written
    theirs = {name.plain: name for name in other}
    for name in one:
        if name.plain in theirs:
            return name.written, theirs[name.plain].written
    return (one[0].written if one else "", other[0].written if other else "")
