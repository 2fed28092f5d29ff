"""Families' versions in words, and the copy that a family is given."""

from __future__ import annotations

from dataclasses import dataclass

from daras.disclosures.commands import HOW
from daras.disclosures.models import FamilyVersionPrepared
from daras.disclosures.third_parties import may_be_told
from daras.frontdoor.queries import MatterAround
from daras.pages import wording
from daras.pages.discussion.forms import Choices
from daras.pages.discussion.queries import Held
from daras.pages.prints.discussion import paragraphs
from daras.pages.prints.sheet import Section, Sheet
from daras.working_time import clock
from daras.working_time import wording as time_wording

PARTS = (
    ("decided", "What was decided"),
    ("next_steps", "What happens next"),
    ("whom_to_ask", "Whom you can ask"),
)


@dataclass(frozen=True, slots=True)
class VersionShown:
    """One version as those who prepare, review and hand over see it."""

    reference: str
    child: str
    recipient: str
    recipient_is: str
    status: str
    written: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    is_mine: bool
    reviewed: bool
    released: bool
    given: bool


def shown(version: FamilyVersionPrepared, story: MatterAround, author: str, *, mine: bool) -> VersionShown:
    """A version with how far it is."""
    review, given = getattr(version, "review", None), getattr(version, "disclosure", None)
    status = "Waits for another person to read it."
    if review is not None and not review.released:
        status = f"Sent back {time_wording.long_datetime(review.fact.recorded_at)}: {review.reason}"
    elif given is not None:
        how = HOW[given.how][0].lower() + HOW[given.how][1:]
        status = f"Given to {given.recipient} {how}, by {given.by_whom}, {time_wording.long_datetime(given.given_at)}."
    elif review is not None:
        status = f"Released {time_wording.long_datetime(review.fact.recorded_at)}. Not given yet."
    return VersionShown(
        reference=version.reference,
        child=story.name(version.fact.person_record_id),
        recipient=story.name(version.recipient_record_id),
        recipient_is=version.recipient_is,
        status=status,
        written=f"Written by {author}, {time_wording.long_datetime(version.fact.recorded_at)}.",
        parts=tuple((heading, paragraphs(getattr(version, name))) for name, heading in PARTS),
        is_mine=mine,
        reviewed=review is not None,
        released=review is not None and review.released,
        given=given is not None,
    )


def recipients(held: Held) -> Choices:
    """For each child of the discussion: the child, and whoever holds parental responsibility and may be told."""
    story, on = held.story, clock.today()
    if story is None:
        return []
    subjects = {
        story.person_of_record.get(each.fact.person_record_id or 0) for each in story.parts if each.part == "subject"
    }
    in_scope = {
        person.person_id
        for each in held.discussion.considered
        if each.in_scope and (person := held.person_of(each.fact.person_record_id))
    }
    found: list[tuple[str, str]] = []
    for child in held.people:
        if child.person_id not in subjects | in_scope or child.age_group_on(on) not in {"child", "unborn"}:
            continue
        for person_id, ground in may_be_told(story, child, on).items():
            person = story.people[person_id]
            value = f"{held.record_of(child)}/{held.record_of(person)}"
            found.append((value, f"About {child.name}, for {person.name} ({ground})"))
    return found


def family_sheet(version: FamilyVersionPrepared, story: MatterAround) -> Sheet:
    """The copy that is handed over: only what was written for them, in larger letters, without any watermark."""
    recipient = story.name(version.recipient_record_id)
    social_care = wording.agency(version.fact.agency)
    released = time_wording.long_date(clock.local_date(version.review.fact.recorded_at))
    return Sheet(
        title="What was decided when we met about your child"
        if version.recipient_is != "the child"
        else "What was decided when we met about you",
        facts=(f"For {recipient}.", f"From {social_care}, {released}."),
        sections=tuple(Section(heading, paragraphs=paragraphs(getattr(version, name))) for name, heading in PARTS),
        footer=f"{version.reference}. Reviewed and released {released}. For {recipient} alone: please keep it safe.",
        watermark=(),
        scale=1.3,
    )
