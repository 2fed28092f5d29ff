"""The reasons of a comparison in plain words, field by field, the ones that decide first."""

from __future__ import annotations

from collections.abc import Mapping

from daras.matching.agreement import Agreement
from daras.matching.features import PersonFeatures
from daras.matching.names import Name

#: What is said of each level of a field; of a field that is not held nothing.
_Sentences = Mapping[str | None, str]

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
_HOME: _Sentences = {
    "same": "The same address.",
    "same_line": "The same first line of the address, once written without its postcode.",
    "same_postcode": "The same postcode, another address.",
    "same_district": "Another address in the same postcode district.",
    "different": "Other addresses.",
}
_BUILDING: _Sentences = {"same": "The same building, which holds many households."}
_NUMBER: _Sentences = {"same": "The NHS number is the same."}  # that they differ is said by the guard
_IDENTIFIER: _Sentences = {"same": "Another identifier is the same.", "different": "Another identifier differs."}
_MIDDLE: _Sentences = {
    "same": "A middle name agrees.",
    "initial": "A middle initial agrees.",
    "different": "Middle names differ.",
}
_GENERATION: _Sentences = {"apart": "One was told of as a child, the other as an adult: they are not of one age."}
_EXPECTED: _Sentences = {
    "same": "Expected on the same day or within two weeks.",
    "near": "Expected within six weeks of each other.",
    "different": "Expected on other days.",
}
_GROWN_UP_TOGETHER: _Sentences = {
    "same": "Both had been grown up for ten years: twins of that age hardly share a home."
}
_SEX: _Sentences = {"different": "Recorded as of different sex."}


def reasons(a: PersonFeatures, b: PersonFeatures, agreed: Agreement) -> tuple[str, ...]:
    """One sentence for each field that both sides hold and that tells something."""
    given, family = agreed.given_name, agreed.family_name
    held = agreed.birth is not None
    born = (str(a.date_of_birth), str(b.date_of_birth)) if held else ()
    told = (
        _NUMBER.get(agreed.nhs_number),
        _IDENTIFIER.get(agreed.identifier),
        _GIVEN[given].format(*_closest_written(a.given_names, b.given_names)) if given else None,
        _MIDDLE.get(agreed.middle_names),
        _FAMILY[family].format(*_closest_written(a.family_names, b.family_names)) if family else None,
        _BIRTH[agreed.date_of_birth].format(*born) if agreed.date_of_birth else None,
        _MONTH[agreed.month_of_birth].format(*born) if agreed.month_of_birth else None,
        _YEAR[agreed.year_of_birth].format(*born) if agreed.year_of_birth else None,
        _EXPECTED.get(agreed.expected_birth),
        _GENERATION.get(agreed.generation),
        _SEX.get(agreed.sex),
        _HOME.get(agreed.home),
        _BUILDING.get(agreed.building),
        _GROWN_UP_TOGETHER.get(agreed.grown_up_together) if given == "different" else None,
        None if held else _missing(a, b),
    )
    return tuple([sentence for sentence in told if sentence])


def _missing(a: PersonFeatures, b: PersonFeatures) -> str | None:
    known = sum(1 for birth in (a.date_of_birth, b.date_of_birth) if birth)
    if known == 2 or a.unborn or b.unborn:
        return None
    return "No date of birth is known on one side." if known else "No date of birth is known."


def _closest_written(one: tuple[Name, ...], other: tuple[Name, ...]) -> tuple[str, str]:
    """The names to show: one that both bear where there is one, else the present ones."""
    theirs = {name.plain: name for name in other}
    for name in one:
        if name.plain in theirs:
            return name.written, theirs[name.plain].written
    return (one[0].written if one else "", other[0].written if other else "")
