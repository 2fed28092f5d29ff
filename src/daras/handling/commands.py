"""Grading an entry: by the agency that holds it, and only where that agency's information is graded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from daras.access import policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.handling.models import ASSESSMENTS, HANDLING, SOURCES, EntryGraded
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Fact
from daras.ledger.processing import processing_for
from daras.ledger.refusal import Refused
from daras.matters.commands import lock
from daras.working_time import clock

#: So many words in a row, word for word, are no coincidence.
WORDS_IN_A_ROW = 6


@dataclass(frozen=True, slots=True)
class Grade:
    """A 3x5x2 grade about to be recorded."""

    source: str
    assessment: str
    handling: str
    conditions: str = ""


def is_graded(agency: str) -> bool:
    """Whether the information of an agency is graded (the practice pack)."""
    return processing_for(agency, EntryGraded.kind, clock.today()).graded


def checked(worker: Worker, grade: Grade) -> Grade:
    """The grade, if the worker's agency grades and it is whole. Raises `Refused`."""
    if not is_graded(worker.agency):
        raise Refused("not-graded", "/source", "Your agency does not grade information.", "Leave the grade out.")
    for name, allowed in (("source", SOURCES), ("assessment", ASSESSMENTS), ("handling", HANDLING)):
        if getattr(grade, name) not in allowed:
            raise Refused("unknown-choice", f"/{name}", "The grade is not whole.", "Choose one of each list.")
    if grade.handling == "C" and not grade.conditions.strip():
        raise Refused(
            "missing", "/conditions", "The conditions are missing.", "Say what others may do with it, and may not."
        )
    return grade


def record_grade(recording: Recording, entry: Fact, grade: Grade, *, agreed_line: str = "") -> Fact:
    """Append the grade of an entry, for those who read the entry. Runs as the machine, in the entry's transaction."""
    before = EntryGraded.objects.select_related("fact").filter(entry=entry, fact__superseded_by__isnull=True).first()
    detail = EntryGraded(
        entry=entry,
        source=grade.source,
        assessment=grade.assessment,
        handling=grade.handling,
        conditions=grade.conditions.strip(),
        agreed_line=agreed_line.strip(),
    )
    (fact,) = append(
        recording,
        [
            Entry(
                detail,
                entry.audience_id,
                person_record_id=entry.person_record_id,
                matter_id=entry.matter_id,
                supersedes=before.fact if before else None,
            )
        ],
    )
    return fact


def grade_entry(worker: Worker, fact_id: int, grade: Grade) -> Fact:
    """Grade an entry of the worker's own agency, or grade it anew. Raises `Refused`: for an entry that is not theirs
    to see or not their agency's, and for a grade that is not whole."""
    policy.require(worker, "contribute")
    entry = Fact.objects.filter(pk=fact_id, superseded_by__isnull=True).first()
    if entry is None:
        raise Refused("no-such-entry", "", "There is no such entry here for you.", "Open the chronology again.")
    if entry.controller != worker.agency:
        raise Refused("not-your-entry", "", "Another agency recorded it.", "Ask that agency to grade it.")
    whole = checked(worker, grade)
    with machine():
        matters = [entry.matter_id] if entry.matter_id else []
        made = record_grade(lock(matters, agency=worker.agency, author=worker.slug), entry, whole)
        trail.write(
            actor=worker.slug,
            agency=worker.agency,
            action="change",
            subject_kind="entry",
            subject_id=str(fact_id),
            matter_id=entry.matter_id,
            reason="graded",
        )
    return made


def repeated(words: str, held: str, agreed: Iterable[str]) -> str:
    """What a text repeats word for word of something graded beyond the lines that were agreed, or nothing."""
    said, allowed = _plain(words), [_plain(line) for line in agreed]
    of_entry = _plain(held).split()
    for place in range(len(of_entry) - WORDS_IN_A_ROW + 1):
        run = " ".join(of_entry[place : place + WORDS_IN_A_ROW])
        if f" {run} " in f" {said} " and not any(f" {run} " in f" {line} " for line in allowed):
            return run
    return ""


def _plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))
