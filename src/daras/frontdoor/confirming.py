"""The front door decides who is who: the machine's matches are confirmed, refused, or left open (A5, idea 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.frontdoor.corrections import undo_link
from daras.frontdoor.doubts import look_at_records
from daras.frontdoor.watching import watched_match
from daras.ledger.refusal import Refused
from daras.matters.commands import lock
from daras.matters.models import Matter
from daras.people.commands import decide_link
from daras.people.models import LinkDecided, RecordPerson
from daras.people.queries import PersonKnown, known_of_records

Verdict = Literal["same-person", "somebody-else"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A match that the machine made or thinks possible, with both sides as the reader may see them."""

    link: LinkDecided
    named: PersonKnown | None
    known: PersonKnown | None

    @property
    def decided(self) -> bool:
        """Whether somebody has decided on it already."""
        return self.link.by_person


def proposals(matter: Matter) -> list[Proposal]:
    """Every match on a matter, those that need a person first. Read through a worker's eyes."""
    rows = LinkDecided.objects.select_related("fact").filter(
        fact__matter_id=matter.pk, fact__superseded_by__isnull=True
    )
    links = sorted(rows, key=lambda link: (link.by_person, link.decision != "possible", link.fact_id))
    records = {record for link in links for record in (link.fact.person_record_id or 0, link.other_record_id)}
    known = known_of_records(records)
    return [
        Proposal(each, known.get(each.fact.person_record_id or 0), known.get(each.other_record_id)) for each in links
    ]


def _match(reference: str, link_id: int) -> tuple[Matter, LinkDecided]:
    """A match that stands and that the reader may see, with its matter. Raises `Refused`."""
    matter = Matter.objects.filter(reference=reference).first()
    standing = LinkDecided.objects.select_related("fact").filter(pk=link_id, fact__superseded_by__isnull=True)
    link = standing.filter(fact__matter_id=matter.pk).first() if matter else None
    if matter is None or link is None:
        raise Refused("no-such-match", "/match", "There is no such match here for you.", "Open the matter again.")
    return matter, link


def decide_match(worker: Worker, reference: str, link_id: int, *, verdict: Verdict, reason: str) -> None:
    """Somebody of the front door says that two records are one person, or are not.

    A match of the machine's that is refused is undone as any wrong link is: the record gets a number of its own, and
    whoever looked is told (`corrections.undo_link`). A refusal needs a reason. A match that brings a child near
    somebody who poses a risk owes a decision (E2). Raises `PermissionDenied`, or `Refused` where there is no such match
    for this worker.
    """
    policy.require(worker, "confirm-match")
    matter, link = _match(reference, link_id)
    if verdict == "somebody-else" and not reason.strip():
        raise Refused(
            "reason-missing", "/reason", "Saying that it is somebody else needs a reason.", "Say what differs."
        )
    if verdict == "somebody-else" and link.decision == LinkDecided.Decision.LINK:
        record_id = link.fact.person_record_id or 0
        number = RecordPerson.objects.get(record_id=record_id).number
        undo_link(worker, number=number, record_id=record_id, reason=reason, instead_of=link.fact)
        return
    same = verdict == "same-person"
    record_id, other_id = link.fact.person_record_id or 0, link.other_record_id
    with machine():
        with watched_match([record_id, other_id], authority=matter.authority, agency=worker.agency):
            recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
            decided = decide_link(
                recording,
                record_id=record_id,
                other_record_id=other_id,
                decision=LinkDecided.Decision.LINK if same else LinkDecided.Decision.REJECT,
                probability=link.probability,
                why=[reason.strip()] if reason.strip() else link.why,
                audience_id=audiences.standing(audiences.front_door_scope(matter.authority)),
                by_person=True,
                matter_id=matter.pk,
                supersedes=link.fact,
            )
        look_at_records([record_id, other_id], decided, agency=worker.agency, authority=matter.authority)
        trail.change(worker, "match", str(link_id), verdict, matter_id=matter.pk)
