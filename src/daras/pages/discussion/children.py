"""What is decided for each child: a medical and what came of it, how the child is asked, a wish weighed; and what
parents are told (A4, B6, C4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from daras.access import policy
from daras.access.models import Worker
from daras.ledger.models import Detail
from daras.meetings.models import AccountPlanned, MedicalDecided, MedicalReported, WishesWeighed
from daras.meetings.queries import Discussion
from daras.pages import wording
from daras.pages.discussion import forms
from daras.pages.discussion.challenged import challenge_lines, disagree
from daras.pages.discussion.fields import FormShown
from daras.pages.discussion.making import FormMaker
from daras.pages.discussion.shown import ChildLine, DecisionLine
from daras.people.queries import PersonKnown
from daras.working_time import wording as time_wording

FormOf = Callable[[PersonKnown], FormShown | None]


class Children:
    """The parts of the page that are about each child, for one reader."""

    def __init__(self, found: Discussion, worker: Worker, maker: FormMaker, on: date) -> None:
        self.found, self.worker, self.maker, self.on = found, worker, maker, on

    def medicals(self, children: Iterable[PersonKnown], form_of: FormOf) -> Iterator[ChildLine]:
        """Each child with every decision on a medical, in the order taken, and what came of it."""
        for child in children:
            decided = [each for each in self.found.medicals if each.fact.person_record_id in child.record_ids]
            yield self._child(child, [self._medical(each, each is decided[-1]) for each in decided], form_of)

    def _medical(self, decided: MedicalDecided, newest: bool) -> DecisionLine:
        reports = [each for each in self.found.reports if each.decision_id == decided.pk]
        waits = newest and not reports and decided.medical != "none" and policy.may(self.worker, "decide-medical")
        form = self.maker.make("report", decided.pk, known={"on_day": self.on}) if waits else None
        return self._line(
            decided, _medical(decided), *map(_report, reports), form=form, summary="Record what came of it"
        )

    def accounts(self, children: Iterable[PersonKnown], form_of: FormOf) -> Iterator[ChildLine]:
        """Each child, and how they are asked: planned before anybody asks again."""
        for child in children:
            planned = [each for each in self.found.accounts if each.fact.person_record_id in child.record_ids]
            yield self._child(child, [self._line(each, *_account(each)) for each in planned], form_of)

    def wishes(self, children: Iterable[PersonKnown], form_of: FormOf) -> Iterator[ChildLine]:
        """Each child with every wish, in the child's words, and what was weighed."""
        for child in children:
            weighed = [each for each in self.found.wishes if each.fact.person_record_id in child.record_ids]
            yield self._child(child, [self._wish(each) for each in weighed], form_of)

    def _wish(self, weighed: WishesWeighed) -> DecisionLine:
        contacts = [each for each in self.found.contacts if each.weighed_id == weighed.pk]
        made = [
            f"In touch {time_wording.long_datetime(each.at)}: {each.by_whom}. {each.note}".strip() for each in contacts
        ]
        waits = weighed.next_contact_at is not None and not contacts
        form = self.maker.make("contact", weighed.pk) if waits else None
        return self._line(weighed, *_wish(weighed), *made, form=form, summary="Say that the child was contacted")

    def _child(self, child: PersonKnown, lines: list[DecisionLine], form_of: FormOf) -> ChildLine:
        decided = tuple(text for line in lines for text in line.text)
        return ChildLine(child.name, decided, form_of(child), tuple(lines))

    def _line(self, decision: Detail, *text: str, form: FormShown | None = None, summary: str = "") -> DecisionLine:
        challenges = self.found.challenges.get(decision.fact.pk or 0, [])
        return DecisionLine(
            text=text,
            disagree=disagree(decision, self.worker),
            challenges=challenge_lines(challenges, self.worker),
            form=form,
            summary=summary,
        )


def _medical(decided: MedicalDecided) -> str:
    kind = dict(forms.MEDICALS).get(decided.medical, decided.medical)
    ground = {"parental-responsibility": "holds parental responsibility", "competent-child": "the child decides"}
    basis = ground.get(decided.consent_basis, "by a court’s order" if decided.consent_basis else "")
    seen = "; ".join(part for part in (basis, decided.consent_evidence) if part)
    parts = (
        f"{kind}: {decided.reason}",
        f"Consent by {decided.consent_by}{f' ({seen})' if seen else ''}" if decided.consent_by else "",
        decided.referred_to,
        f"Decided by a {wording.from_slug(decided.decided_by_role)}",
    )
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def _report(reported: MedicalReported) -> str:
    came = "The child attended" if reported.attended else "The child did not attend"
    on = time_wording.long_date(reported.on_day)
    return f"{came}, {on}, {reported.by_whom.rstrip('.')}. What follows: {reported.follows}"


def _account(planned: AccountPlanned) -> Iterator[str]:
    yield f"{planned.who_asks.rstrip('.')} asks, and nobody else. {planned.where_and_when.rstrip('.')}."
    yield f"How the child is understood: {planned.communication_needs.rstrip('.')}."
    kind = dict(forms.INTERMEDIARY).get(planned.intermediary, planned.intermediary).lower()
    yield f"An intermediary: {kind}{f'. {planned.intermediary_note}' if planned.intermediary_note else ''}"


def _wish(weighed: WishesWeighed) -> Iterator[str]:
    yield f"“{weighed.wish}”"
    yield f"What is best: {weighed.best_interests.rstrip('.')}. Asked: {weighed.consulted.rstrip('.')}."
    when = time_wording.long_datetime(weighed.next_contact_at) if weighed.next_contact_at else ""
    beside = ", ".join(part for part in (weighed.trusted_adult, weighed.next_contact, when) if part)
    yield f"Beside the child: {beside}." if beside else "Nobody is named yet who stays beside the child."
    yield f"Looked at again {time_wording.long_date(weighed.review_on)}."


def parents(found: Discussion) -> Iterator[str]:
    """What parents are told, by whom and when, or why not yet."""
    for each in found.parents:
        if each.what:
            when = time_wording.long_datetime(each.when_at) if each.when_at else "time to be said"
            yield f"They are told: {each.what.rstrip('.')}. By {each.by_whom or 'somebody to be named'}, {when}."
        if each.why_not_yet:
            yield f"Not told yet: {each.why_not_yet}"
