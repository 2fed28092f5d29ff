"""How complete a referral is, said to its sender at once (A2). It never delays, ranks or shames a referral."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from daras.frontdoor.document import ReferralDocument
from daras.practice import Question


@dataclass(frozen=True, slots=True)
class Quality:
    """A score of 0 to 100 and, in words and by the pack's names, what would make the referral more useful."""

    score: int
    missing: tuple[str, ...]
    parts: tuple[str, ...] = ()


def _children(document: ReferralDocument) -> list[str]:
    return [person.ref for person in document.people if person.role in {"child", "unborn"}]


def _subjects_who_are_children(document: ReferralDocument) -> list[str]:
    about = {ref for concern in document.concerns for ref in concern.about}
    return [person.ref for person in document.people if person.ref in about and person.role == "child"]


def _everyone_dated(document: ReferralDocument) -> bool:
    subjects = set(_subjects_who_are_children(document))
    return all(person.date_of_birth for person in document.people if person.ref in subjects)


def _somebody_else_at_home(document: ReferralDocument) -> bool:
    about = {ref for concern in document.concerns for ref in concern.about}
    return any(person.ref not in about for person in document.people) and bool(document.relationships)


def _heard(document: ReferralDocument) -> bool:
    return all(ref in document.voices for ref in _subjects_who_are_children(document))


def _safe_said(document: ReferralDocument) -> bool:
    return all(ref in document.safe_now for ref in _subjects_who_are_children(document))


def _family_said(document: ReferralDocument) -> bool:
    if not _children(document):
        return document.family.agreement_given is not None
    told = document.family.parents_told
    return told is True or (told is False and bool(document.family.reason))


#: How each question of the practice pack is answered from a document.
_ANSWERED: Mapping[str, Callable[[ReferralDocument], bool]] = {
    "what-happened": lambda document: all(len(each.what_happened) >= 40 for each in document.concerns),
    "when": lambda document: all(each.occurred for each in document.concerns),
    "who-saw": lambda document: all(each.seen_or_heard_by for each in document.concerns),
    "date-of-birth": _everyone_dated,
    "who-else": _somebody_else_at_home,
    "voice": _heard,
    "safe-now": _safe_said,
    "family-told": _family_said,
    "hoped-for": lambda document: bool(document.hoped_for),
}


def check(document: ReferralDocument, questions: Sequence[Question]) -> Quality:
    """The score by the pack's questions, and what to mend, in the pack's order. A question nobody can answer counts
    as met."""
    unanswered = [each for each in questions if each.id in _ANSWERED and not _ANSWERED[each.id](document)]
    most = sum(each.points for each in questions) or 1
    lost = sum(each.points for each in unanswered)
    return Quality(
        round(100 * (most - lost) / most),
        tuple(each.ask for each in unanswered),
        tuple(each.id for each in unanswered),
    )
