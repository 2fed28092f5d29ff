"""How complete a referral is, said to its sender at once (A2). It never delays, ranks or shames a referral."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from daras.frontdoor.document import ReferralDocument


@dataclass(frozen=True, slots=True)
class Quality:
    """A score of 0 to 100 and, in words, what would make the referral more useful."""

    score: int
    missing: tuple[str, ...]


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


#: What a good referral says (A2), how much it counts, and what to tell the sender when it is not there.
QUESTIONS: tuple[tuple[int, str, Callable[[ReferralDocument], bool]], ...] = (
    (20, "Say what happened or what was seen, in the words used.", lambda d: all(len(c.what_happened) >= 40 for c in d.concerns)),
    (10, "Say when it happened, even roughly.", lambda d: all(c.occurred for c in d.concerns)),
    (10, "Say who saw or heard it.", lambda d: all(c.seen_or_heard_by for c in d.concerns)),
    (10, "Give the date of birth of each child the worry is about.", _everyone_dated),
    (10, "Say who else lives there or has contact.", _somebody_else_at_home),
    (15, "Say what each child says, or why they could not be heard.", _heard),
    (10, "Say whether each child is safe now, and with whom.", _safe_said),
    (10, "Say whether the family was told, and if not, why not.", _family_said),
    (5, "Say what you hope will happen.", lambda d: bool(d.hoped_for)),
)


def check(document: ReferralDocument) -> Quality:
    """The score and what is missing, in the order a sender would mend it."""
    missing = tuple(words for _, words, there in QUESTIONS if not there(document))
    return Quality(sum(points for points, _, there in QUESTIONS if there(document)), missing)
