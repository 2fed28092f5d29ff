"""Preparing, reviewing and handing over a family's version (A8, B4, D10, G5; interface: prints)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.disclosures.models import FamilyVersionGiven, FamilyVersionPrepared, FamilyVersionReviewed
from daras.disclosures.third_parties import may_be_told, named_third_parties
from daras.frontdoor.queries import KINDS as OF_STORY
from daras.frontdoor.queries import MatterAround, around_of, matter_around, seen_matter
from daras.ledger.commands import Entry, append
from daras.ledger.reading import OnMatter
from daras.ledger.refusal import Refused
from daras.matters.commands import lock, random_reference
from daras.matters.models import Matter
from daras.meetings.models import MeetingCalled
from daras.people.queries import PersonKnown
from daras.working_time import clock

HOW = {"in-person": "In person", "read-aloud": "Read aloud to them", "post": "By post, to be signed for"}


class NoSuchVersion(LookupError):
    """There is no such version for this worker."""


def prepare(
    worker: Worker,
    meeting_reference: str,
    *,
    child_record_id: int,
    recipient_record_id: int,
    decided: str,
    next_steps: str,
    whom_to_ask: str,
) -> FamilyVersionPrepared:
    """Write what one person of a child's family is to be told; it is nobody's until another person releases it.

    Raises `PermissionDenied` for whoever is no social worker or manager of the front door, `NoSuchVersion` where the
    discussion is not theirs, `Refused` for what is missing, for a recipient who may not be told, and for words that
    name somebody who is not of the family.
    """
    policy.require(worker, "family-version")
    called = MeetingCalled.objects.select_related("fact").filter(reference=meeting_reference).first()
    story = _story(called)
    child, recipient = story.person(child_record_id), story.person(recipient_record_id)
    if called is None or child is None:
        raise NoSuchVersion("There is no such child here for you.")
    texts = {"decided": decided, "next_steps": next_steps, "whom_to_ask": whom_to_ask}
    for name, text in texts.items():
        if not text.strip():
            raise Refused("missing", f"/{name}", "Something is not written yet.", "Write it in plain words.")
    told = may_be_told(story, child, clock.today())
    if recipient is None or recipient.person_id not in told:
        raise Refused(
            "not-to-be-told",
            "/recipient",
            "This person may not be given the family's version.",
            "Choose the child, or somebody who holds parental responsibility and is not said to have harmed.",
        )
    _names_only_the_family(story, child, " ".join(texts.values()))
    detail = FamilyVersionPrepared(
        reference=random_reference("V"),
        meeting=called,
        recipient_record_id=recipient_record_id,
        recipient_is=told[recipient.person_id],
        **{name: text.strip() for name, text in texts.items()},
    )
    with _recorded(worker, story.matter, "prepared for the family", detail.reference) as at_work:
        at_work.append(Entry(detail, _day_team(story.matter), person_record_id=child_record_id))
    return detail


def review(worker: Worker, reference: str, *, released: bool, reason: str = "") -> FamilyVersionReviewed:
    """Another person has read it: it is released, or sent back with a reason. Names are looked for again, for people
    may have become known meanwhile. Raises `PermissionDenied`, `NoSuchVersion` or `Refused`."""
    policy.require(worker, "family-version")
    prepared, story, child = _opened(reference)
    if prepared.fact.author == worker.slug:
        raise Refused(
            "own-work", "", "Whoever wrote it cannot review it.", "Ask another social worker or manager to read it."
        )
    if FamilyVersionReviewed.objects.filter(prepared=prepared).exists():
        raise Refused("reviewed", "", "It has been reviewed already.", "Write a new version instead.")
    if released:
        _names_only_the_family(story, child, " ".join((prepared.decided, prepared.next_steps, prepared.whom_to_ask)))
    elif not reason.strip():
        raise Refused("missing", "/reason", "Sending it back needs a reason.", "Say what is to be changed.")
    detail = FamilyVersionReviewed(prepared=prepared, released=released, reason=reason.strip())
    what = "released for the family" if released else "sent back"
    with _recorded(worker, story.matter, what, reference) as at_work:
        at_work.append(Entry(detail, prepared.audience_id, person_record_id=prepared.fact.person_record_id))
    return detail


def give(worker: Worker, reference: str, *, how: str, by_whom: str, given_at: datetime) -> FamilyVersionGiven:
    """A released version was handed over: the disclosure, with its recipient (G4, D10). Raises as `review`."""
    policy.require(worker, "family-version")
    prepared, story, _ = _opened(reference)
    if not FamilyVersionReviewed.objects.filter(prepared=prepared, released=True).exists():
        raise Refused("not-released", "", "It is not released.", "Another person reviews it first.")
    if FamilyVersionGiven.objects.filter(prepared=prepared).exists():
        raise Refused("given", "", "It has been handed over already.", "Write a new version for anything new.")
    if how not in HOW:
        raise Refused("unknown-choice", "/how", "Nothing of the list was chosen.", "Choose how it was handed over.")
    if not by_whom.strip():
        raise Refused("missing", "/by_whom", "Nobody is named.", "Write who handed it over.")
    if given_at > clock.now():
        raise Refused("in-the-future", "/given_at", "The hour has not come yet.", "Write when it was handed over.")
    recipient = story.name(prepared.recipient_record_id)
    detail = FamilyVersionGiven(
        prepared=prepared, recipient=recipient, how=how, by_whom=by_whom.strip(), given_at=given_at
    )
    with _recorded(worker, story.matter, "disclosed to the family", reference) as at_work:
        at_work.append(
            Entry(
                detail,
                prepared.audience_id,
                person_record_id=prepared.fact.person_record_id,
                occurred_from=given_at,
                occurred_to=given_at,
            )
        )
    return detail


def _names_only_the_family(story: MatterAround, child: PersonKnown, words: str) -> None:
    """Through the machine's eyes: also somebody whom the writer may not see must not be named."""
    with machine():
        whole = matter_around(story.matter.reference, clock.today())
        assert whole is not None
        found = named_third_parties(whole, whole.people[child.person_id], words, clock.today())
    if found:
        raise Refused(
            "third-party",
            "/decided",
            f"The words name somebody who is not of this family: {', '.join(sorted(found))}.",
            "Say it without that name. Nobody learns from this who wrote to us, or of another family.",
        )


def _story(called: MeetingCalled | None) -> MatterAround:
    matter = seen_matter(called.fact.matter_id or 0) if called else None
    if matter is None:
        raise NoSuchVersion("There is no such discussion here for you.")
    return around_of(matter, OnMatter(matter.pk, OF_STORY), clock.today())


def _opened(reference: str) -> tuple[FamilyVersionPrepared, MatterAround, PersonKnown]:
    rows = FamilyVersionPrepared.objects.select_related("fact", "meeting", "meeting__fact")
    prepared = rows.filter(reference=reference).first()
    if prepared is None:
        raise NoSuchVersion("There is no such version here for you.")
    story = _story(prepared.meeting)
    child = story.person(prepared.fact.person_record_id)
    if child is None:
        raise NoSuchVersion("There is no such child here for you.")
    return prepared, story, child


def _day_team(matter: Matter) -> int:
    """Those who write and review for a family: the front door by day, and not the team out of hours (G4)."""
    return audiences.standing(audiences.discussion_scope(matter.authority))


@contextmanager
def _recorded(worker: Worker, matter: Matter, what: str, reference: str) -> Iterator[list[Entry]]:
    """Append what the block adds to the matter, with its entry in the trail, in one transaction."""
    entries: list[Entry] = []
    with machine():
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        yield entries
        for entry in entries:
            entry.matter_id = matter.pk
        append(recording, entries)
        trail.change(worker, "family version", reference, what, matter_id=matter.pk)
