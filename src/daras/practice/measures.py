"""A measure as a partnership writes it: which named query it asks, of what, with which target and from where (I8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

from daras.practice.entry_words import EntryMistake, Sources, Words
from daras.practice.files import Entry
from daras.practice.pack import Source

#: The named queries, and what each is asked about.
Query = Literal[
    "duty-on-time",
    "form-complete",
    "form-on-time",
    "form-answer",
    "form-answered",
    "summary-referred",
    "caseload-within",
    "still-in-post",
]
Better = Literal["higher", "lower"]
NEEDS: dict[str, frozenset[str]] = {
    "duty-on-time": frozenset({"duty"}),
    "form-complete": frozenset({"form"}),
    "form-on-time": frozenset({"form"}),
    "form-answer": frozenset({"form", "question", "is"}),
    "form-answered": frozenset({"form", "question"}),
    "summary-referred": frozenset(),
    "caseload-within": frozenset(),
    "still-in-post": frozenset(),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """A share of cases, month by month and team by team. Every duty and every form has its own without being
    written."""

    id: str
    name: str
    query: str  # one of `Query`, or one that a layer above the measures answers
    cohort: str  # by which date a case belongs to a month, in words
    source: str
    better: Better = "higher"
    target: int | None = None  # percent
    duty: str = ""
    form: str = ""
    question: str = ""
    chosen: tuple[str, ...] = ()


def measure(entry: Entry, sources: Sources) -> Measure:
    """A measure of a pack; raises `EntryMistake`."""
    words = Words(entry.words)
    query = cast(Query, words.one_of("query", get_args(Query)))
    source: Source = words.source(sources)
    made = Measure(
        id=words.text("id"),
        name=words.text("name"),
        query=query,
        cohort=COHORTS[query],
        source=source.name,
        better=cast(Better, words.one_of("better", get_args(Better), "higher")),
        target=words.number("target") if "target" in entry.words else None,
        duty=words.text("duty", ""),
        form=words.text("form", ""),
        question=words.text("question", ""),
        chosen=words.texts("is", needed=False),
    )
    words.done()
    given = {key for key in ("duty", "form", "question", "is") if entry.words.get(key)}
    if given != NEEDS[query]:
        raise EntryMistake("query", f"“{query}” is asked with {' and '.join(sorted(NEEDS[query]))}")
    if made.target is not None and not 0 <= made.target <= 100:
        raise EntryMistake("target", "a target is a share of a hundred")
    return made


COHORTS: dict[str, str] = {
    "duty-on-time": "the month in which it was due",
    "form-complete": "the month in which the form was recorded",
    "form-on-time": "the month in which it happened",
    "form-answer": "the month in which the form was recorded",
    "form-answered": "the month in which the form was recorded",
    "summary-referred": "the month in which it was read",
    "caseload-within": "the end of the month, this month today: whoever has a case, in teams with a ceiling",
    "still-in-post": "the end of the month, this month today: whoever worked in the team a year before",
}
