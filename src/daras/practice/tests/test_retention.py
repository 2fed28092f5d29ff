"""The schedule: who keeps what for how long, by whose rule (G4, issue: Retention)."""

from __future__ import annotations

from datetime import date

import pytest

from daras.agencies.reading import PRACTICE_FOLDER
from daras.practice import pack_for
from daras.practice.entry_words import EntryMistake
from daras.practice.files import Entry
from daras.practice.pack import Source
from daras.practice.retention import Retention, longest, retention, years_after

OURS = Source("ours", "Our schedule", "local")


def line(name: str, years: int, **named: object) -> Retention:
    return Retention(name, name, years, named.pop("counts_from", "last-entry"), OURS, **named)  # type: ignore[arg-type]


def test_the_longest_line_keeps() -> None:
    """G4: given lines that speak of all matters, of one kind and of the police, then a controller's part is kept by the
    longest that speaks of it, from the last entry or the youngest's birth; with no birth known, from the last entry;
    and what no line speaks of is kept."""
    lines = {
        each.id: each
        for each in (
            line("all", 10),
            line("advice", 2, kinds=("advice",)),
            line("police", 20, agency_kinds=("police",), counts_from="birth"),
        )
    }
    births = [date(2015, 3, 22), date(1980, 1, 1)]

    def asked(kind: str, born: list[date]) -> tuple[Retention, date] | None:
        return longest(lines, matter_kind="referral", agency_kind=kind, last_entry=date(2026, 2, 1), births=born)

    school, police, unknown = asked("school", births), asked("police", births), asked("police", [])
    assert school is not None
    assert (school[0].id, school[1]) == ("all", date(2036, 2, 1))
    assert police is not None
    assert (police[0].id, police[1]) == ("all", date(2036, 2, 1))
    assert unknown is not None
    assert (unknown[0].id, unknown[1]) == ("police", date(2046, 2, 1))
    del lines["all"]
    assert asked("school", births) is None


def test_a_year_that_has_no_29_february() -> None:
    """G4: given 29 February, then so many years later it is that day, or 1 March."""
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert years_after(date(2024, 2, 29), 75) == date(2099, 3, 1)


def test_the_packs_say_whose_rule_it_is() -> None:
    """G4: given the packs, then the schedule speaks of every kind of matter, and no period that was not read in the
    statute is called the law's."""
    pack = pack_for(date(2026, 11, 24), PRACTICE_FOLDER)
    assert any(not each.kinds and not each.agency_kinds for each in pack.retention.values())
    assert {each.source.authority for each in pack.retention.values()} == {"guidance", "local"}


@pytest.mark.parametrize(("words", "key"), [({"years": 0}, "years"), ({"counts_from": "now"}, "counts_from")])
def test_a_line_that_says_nothing_sensible_is_named(words: dict[str, object], key: str) -> None:
    """G4: given a line with no years, or that counts from nowhere, then the mistake is named."""
    said = {"id": "x", "name": "x", "years": 5, "counts_from": "birth", "source": "ours", **words}
    with pytest.raises(EntryMistake) as refused:
        retention(Entry("retention", said, PRACTICE_FOLDER), {"ours": OURS})
    assert refused.value.key == key
