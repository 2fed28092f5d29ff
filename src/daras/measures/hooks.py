"""What is counted by layers above the measures: they put themselves on this list, once, when they start (I8).

A source answers for queries of its own. Pages, files and small numbers are those of every measure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from daras.practice import Pack
from daras.practice.measures import Measure

MOST_CASES = 200


@dataclass(frozen=True, slots=True)
class Count:
    """So many of so many, for one team in one month."""

    agency: str
    team: str
    month: date
    numerator: int
    denominator: int
    cases: int | None = None  # where the denominator counts something else: so many people may be few


@dataclass(frozen=True, slots=True)
class Case:
    """A case behind a count, as its reader may see it."""

    reference: str
    record_id: int | None
    at: datetime
    counted: bool  # in the numerator


@dataclass(frozen=True, slots=True)
class Source:
    """What a layer counts: its measures of a pack, their counts by id under the machine role, in one statement, and the
    cases of an agency through the eyes of whoever asks."""

    name: str
    queries: frozenset[str]
    measures: Callable[[Pack], Iterable[Measure]]
    counts: Callable[[Sequence[Measure], datetime, datetime], Iterable[tuple[str, Count]]]
    cases: Callable[[Measure, str, datetime, datetime], list[Case]]


sources: list[Source] = []


def subscribe(source: Source) -> None:
    """Put a source on the list, unless it is there already."""
    if source not in sources:
        sources.append(source)


def source_of(measure: Measure) -> Source:
    """Which source answers for a measure; raises `LookupError` for none."""
    for source in sources:
        if measure.query in source.queries:
            return source
    raise LookupError(measure.query)
