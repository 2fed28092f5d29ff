"""What is decided for each child: a medical, a wish weighed, and what parents are told (A4, B6, C4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from daras.meetings.models import MedicalDecided, WishesWeighed
from daras.meetings.queries import Discussion
from daras.pages import wording
from daras.pages.discussion import forms
from daras.pages.discussion.fields import FormShown
from daras.pages.discussion.shown import ChildLine
from daras.people.queries import PersonKnown
from daras.working_time import wording as time_wording

FormOf = Callable[[PersonKnown], FormShown | None]


def medicals(found: Discussion, children: Iterable[PersonKnown], form_of: FormOf) -> Iterator[ChildLine]:
    """Each child with every decision on a medical, in the order taken."""
    for child in children:
        decided = [each for each in found.medicals if each.fact.person_record_id in child.record_ids]
        yield ChildLine(child.name, tuple(map(_medical, decided)), form_of(child))


def _medical(decided: MedicalDecided) -> str:
    kind = dict(forms.MEDICALS).get(decided.medical, decided.medical)
    parts = (
        f"{kind}: {decided.reason}",
        f"Consent by {decided.consent_by}" if decided.consent_by else "",
        decided.referred_to,
        f"Decided by a {wording.from_slug(decided.decided_by_role)}",
    )
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def wishes(found: Discussion, children: Iterable[PersonKnown], form_of: FormOf) -> Iterator[ChildLine]:
    """Each child with every wish, in the child's words, and what was weighed."""
    for child in children:
        weighed = [each for each in found.wishes if each.fact.person_record_id in child.record_ids]
        lines = tuple(line for each in weighed for line in _wish(each))
        yield ChildLine(child.name, lines, form_of(child))


def _wish(weighed: WishesWeighed) -> Iterator[str]:
    yield f"“{weighed.wish}”"
    yield f"What is best: {weighed.best_interests.rstrip('.')}. Asked: {weighed.consulted.rstrip('.')}."
    beside = ", ".join(part for part in (weighed.trusted_adult, weighed.next_contact) if part)
    if beside:
        yield f"Beside the child: {beside}."
    yield f"Looked at again {time_wording.long_date(weighed.review_on)}."


def parents(found: Discussion) -> Iterator[str]:
    """What parents are told, by whom and when, or why not yet."""
    for each in found.parents:
        if each.what:
            when = time_wording.long_datetime(each.when_at) if each.when_at else "time to be said"
            yield f"They are told: {each.what.rstrip('.')}. By {each.by_whom or 'somebody to be named'}, {when}."
        if each.why_not_yet:
            yield f"Not told yet: {each.why_not_yet}"
