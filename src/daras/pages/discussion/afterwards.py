"""After: why it was convened, what those consulted were told, what was advised, and what the front door keeps."""

from __future__ import annotations

from collections.abc import Iterator

from daras.access import policy
from daras.access.models import Worker
from daras.ledger.models import Detail
from daras.matters.decisions import DECISIONS
from daras.meetings.conflicts import conflicts_on, stand_ins
from daras.meetings.identifying import questions_on
from daras.meetings.models import RecordClosed
from daras.pages import wording
from daras.pages.discussion import forms
from daras.pages.discussion.challenged import challenge_lines, disagree
from daras.pages.discussion.fields import FormShown
from daras.pages.discussion.making import FormMaker
from daras.pages.discussion.queries import Held
from daras.pages.discussion.shown import DecisionLine, FeedbackLine
from daras.working_time import wording as time_wording

FOLLOWED = {"yes": "followed", "no": "not followed", "not-yet": "not decided yet whether it is followed"}


class Afterwards:
    """The parts of the page that are not of the call itself, for one reader."""

    def __init__(self, held: Held, worker: Worker, maker: FormMaker) -> None:
        self.held, self.found, self.worker, self.maker = held, held.discussion, worker, maker
        self.kept = conflicts_on(held.facts)

    def _line(self, decision: Detail, *text: str) -> DecisionLine:
        challenges = self.found.challenges.get(decision.fact.pk or 0, [])
        return DecisionLine(text, disagree(decision, self.worker), challenge_lines(challenges, self.worker))

    def why(self) -> Iterator[DecisionLine]:
        """The manager's decisions on the matter, the newest first, for those who see the matter."""
        known = {str(key): text for key, text in DECISIONS.items()}
        for each in self.held.decided:
            when = time_wording.long_datetime(each.fact.recorded_at)
            yield self._line(each, f"{known.get(each.decision, each.decision)}, {when}.", each.reason)

    def closed(self) -> Iterator[DecisionLine]:
        """Each closing, with the way to disagree."""
        for each in self.found.closings:
            yield self._line(each, closing_words(each))

    def advice(self) -> Iterator[str]:
        """What designated professionals advised, and whether it was followed."""
        for each in self.found.advice:
            who = f"{each.name}, {each.role}, {wording.agency(each.agency)}"
            why = f" {each.why_not}" if each.why_not else ""
            yield f"{who}: {each.advice.rstrip('.')}. ({FOLLOWED[each.followed].capitalize()}.{why})"

    def feedback(self) -> Iterator[FeedbackLine]:
        """What everybody consulted was told, the newest first."""
        for each in reversed(self.found.feedback):
            read = [ack for ack in self.found.acknowledged if ack.feedback_id == each.pk]
            challenged = self.found.challenges.get(each.pk, [])
            ours = {ack.agency for ack in read} | {one.challenged.agency for one in challenged}
            newest = each is self.found.feedback[-1]
            answers = newest and self.worker.agency not in ours and not policy.in_front_door(self.worker)
            yield FeedbackLine(
                line=self._line(each, each.decided),
                risk=dict(forms.RISK_LOWER)[each.risk_lower],
                remains=each.remains,
                at=time_wording.long_datetime(each.fact.recorded_at),
                read_by=wording.listed(wording.agency(ack.agency) for ack in read),
                form=self._read(each.pk) if answers else None,
            )

    def _read(self, feedback: int) -> FormShown:
        return self.maker.make("read", feedback)

    def feedback_owed(self) -> bool:
        """Whether the record was closed after everybody was last told."""
        if not self.found.closings:
            return False
        return not self.found.feedback or self.found.feedback[-1].pk < self.found.closings[-1].pk

    def conflicts(self) -> Iterator[str]:
        """Conflicts of interest: what only the front door may see comes back to it alone."""
        for each in self.kept:
            instead = each.instead.name if each.instead else "nobody yet"
            yield f"{wording.owner(each.agency, each.team)}: {each.reason.rstrip('.')}. Instead: {instead}."

    def stand_in(self) -> FormShown | None:
        """Where somebody declared a conflict and named nobody: the manager names who is asked instead."""
        there = stand_ins(self.kept) if policy.may(self.worker, "convene") else []
        if not there:
            return None
        choices = [(each.slug, f"{each.name}, {wording.owner(each.agency, each.team)}") for each in there]
        return self.maker.make("stand-in", stand_ins=choices)

    def identities(self) -> Iterator[str]:
        """Whom health was asked to identify, and what it said."""
        for each in questions_on(self.held.facts):
            asked = f"{wording.owner(each.asked.agency, each.asked.team)} was asked"
            if not each.answers:
                yield f"{asked}. No answer yet."
            for answer in each.answers:
                named = ", ".join(
                    part
                    for part in (
                        answer.name,
                        f"born {time_wording.short_date(answer.date_of_birth)}" if answer.date_of_birth else "",
                        answer.note,
                    )
                    if part
                )
                yield f"{asked}: {named}." if answer.is_known else f"{asked}: not known there. {answer.note}".strip()


def closing_words(closed: RecordClosed) -> str:
    """How a record was closed: whole, or interim and without whom."""
    when = time_wording.long_datetime(closed.fact.recorded_at)
    if closed.quorate:
        return f"Closed {when}, with social care, police and health."
    names = {"social-care": "social care", "police": "police", "health": "health"}
    missing = wording.listed(names.get(part, part) for part in closed.missing_parts.split(", "))
    return f"Interim, closed {when} without {missing}."
