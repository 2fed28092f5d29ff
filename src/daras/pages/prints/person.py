"""What is known of a person, as a print: the same values as on the page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from daras.access.models import Worker
from daras.pages.person.family import Family, Relative
from daras.pages.person.shown import ChronologyPage, Frame, NowPage
from daras.pages.prints.sheet import Section, Sheet, footer_for, watermark_for


def person_sheet(
    frame: Frame,
    now: NowPage,
    family: Family,
    chronology: ChronologyPage,
    *,
    worker: Worker,
    at: datetime,
    purpose: str,
) -> Sheet:
    """Who, what is open, who holds parental responsibility, what agencies say differently, family, chronology."""
    as_known = (f"As known at the end of {frame.known_on_words}.",) if frame.known_on_words else ()
    return Sheet(
        title=frame.identity.name,
        facts=(*as_known, ". ".join(frame.identity.facts) + ".", *(f"Risk: {risk}." for risk in frame.identity.risks)),
        sections=tuple(
            each for each in _sections(now, family, chronology) if each.paragraphs or each.lines or each.rows
        ),
        footer=footer_for(worker, frame.number, at),
        watermark=watermark_for(worker, at, purpose),
    )


def _sections(now: NowPage, family: Family, chronology: ChronologyPage) -> Iterator[Section]:
    """The parts of a person's print in which there is something."""
    matters = tuple(
        ". ".join(part for part in (f"{line.kind} {line.reference}: {line.part}", line.status) if part)
        for line in now.matters
    )
    owed = tuple(
        f"{duty.what}, due {duty.clock.due} ({duty.clock.kind_words}). Owed by {duty.owner}."
        for duty in (*now.owed, *now.owed_by_others)
    )
    different = tuple(
        f"{each.of}: " + "; ".join(f"{said.words} ({', '.join(said.by)})" for said in each.said)
        for each in now.differences
    )
    relatives = tuple(
        (each.name, each.about, each.lives or "not known", _connected(each) or "not known") for each in family.relatives
    )
    happened = tuple(
        (
            f"{line.when} {line.late}".strip(),
            line.agency,
            " ".join((f"{line.title}. {line.words}".removesuffix(". "), *line.marks)),
        )
        for line in chronology.lines
    )
    parts = (
        Section("Matters", lines=matters, paragraphs=() if matters else ("None that is yours to see.",)),
        Section("What is owed", lines=owed, paragraphs=() if owed else ("Nothing, as far as you may see.",)),
        Section(
            "Parental responsibility",
            lines=now.responsibility,
            paragraphs=() if now.responsibility else ("Nobody has recorded who holds it.",),
        ),
        Section("Who works with them", lines=now.services),
        Section("What agencies say differently", lines=different),
        Section("Family", columns=("Who", "Age", "Lives", "How they are connected"), rows=relatives),
        Section("Chronology, the newest first", columns=("When", "Recorded by", "What"), rows=happened),
    )
    return (each for each in parts if each.paragraphs or each.lines or each.rows)


def _connected(each: Relative) -> str:
    """How somebody is connected, what risk they pose, and what agencies propose of it."""
    return " ".join((*each.ties, *each.risks, *each.proposed))
