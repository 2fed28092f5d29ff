"""Change of shift: one team hands over what cannot wait, the next accepts each by name; nothing is lost (A11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from daras.access import audiences, policy, trail
from daras.access.models import Audience, Grant, Worker
from daras.access.session import machine
from daras.agencies import Owner, load_directory
from daras.ledger.commands import Entry, append
from daras.ledger.refusal import Refused
from daras.matters.commands import lock
from daras.matters.models import Matter
from daras.outbox.commands import Tell, tell
from daras.safety.models import HandedOver, HandoverAccepted
from daras.working_time import clock

OUT_OF_HOURS = "out-of-hours"
#: What was handed over to a team this long ago or less is of this change of shift.
ONE_SHIFT = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Item:
    """A matter to be handed over: why it cannot wait (owed, unsafe, lapses), and what whoever works next must know."""

    reference: str
    why: tuple[str, ...]
    note: str = ""
    known_as: str = ""  # how whoever works next finds it, where that is not the matter's reference: a request


def works_next(worker: Worker, authority: str) -> Owner:
    """Who has it next: the team out of hours, or in the morning the front door of the authority."""
    role = "front-door" if worker.team == OUT_OF_HOURS else OUT_OF_HOURS
    return load_directory().contact(role, authority=authority, on=clock.today())


def hand_over(worker: Worker, items: Sequence[Item]) -> list[HandedOver]:
    """Hand matters over to the team that works next; it is told, and each waits until somebody accepts it by name.

    What has been handed over already at this change of shift is not handed over twice. What hangs on an agency's own
    matter (it asked the front door for something) is opened to the team that has it next, and to nobody else. Raises
    `PermissionDenied` outside the front door, or `Refused` where nothing was chosen or a matter is not there for this
    worker.
    """
    policy.require(worker, "hand-over")
    if not items:
        raise Refused("nothing-chosen", "/matters", "Nothing was chosen.", "Choose what to hand over.")
    by_reference = {item.reference: item for item in items}
    seen = {matter.reference: matter for matter in Matter.objects.filter(reference__in=by_reference)}
    if len(seen) < len(by_reference):
        raise Refused("no-such-matter", "/matters", "One of these is not here for you.", "Open the list again.")
    made = []
    with machine():
        recording = lock([matter.pk for matter in seen.values()], agency=worker.agency, author=worker.slug)
        for reference, item in by_reference.items():
            matter = seen[reference]
            to = works_next(worker, matter.authority)
            if handed_over_since(recording.recorded_at - ONE_SHIFT, to).filter(fact__matter_id=matter.pk).exists():
                continue
            detail = HandedOver(
                from_agency=worker.agency,
                from_team=worker.team,
                from_name=worker.name,
                to_agency=to.agency,
                to_team=to.team or "",
                why=list(item.why),
                note=item.note.strip(),
            )
            (fact,) = append(recording, [Entry(detail, _hub(matter), matter_id=matter.pk)])
            _open_to(matter, to, worker)
            tell(matter, fact.pk, [Tell(to.agency, to.team, "handed-over", reference=item.known_as or None)])
            trail.change_matter(worker, matter, f"handed over to {to.agency}/{to.team or ''}")
            made.append(detail)
    return made


def _open_to(matter: Matter, to: Owner, worker: Worker) -> None:
    """What the front door reads by a grant alone does not open to the team that works next: it is given sight of it,
    once. All else both read already; and what a custodian keeps is opened by nobody here."""
    own = Audience.objects.filter(pk=matter.audience_id, scope__slug__startswith=audiences.agency_scope(""))
    given = Grant.objects.filter(audience_id=matter.audience_id, agency=to.agency, team__in=["", to.team or ""])
    known = given.filter(role="", worker__isnull=True, end__isnull=True)
    if own.exists() and not known.exists():
        audiences.grant(
            matter.audience_id, agency=to.agency, team=to.team or "", reason="handed over", granted_by=worker.slug
        )


def accept(worker: Worker, handover_id: int) -> HandoverAccepted:
    """Somebody of the team it was handed to has it, by name. Raises `Refused` for anybody else, or where a colleague
    was quicker."""
    policy.require(worker, "hand-over")
    found = HandedOver.objects.select_related("fact").filter(pk=handover_id).first()
    if found is None or (found.to_agency, found.to_team) != (worker.agency, worker.team):
        raise Refused("not-yours", "/handover", "This was not handed over to your team.", "Open the list again.")
    with machine():
        matter = Matter.objects.get(pk=found.fact.matter_id or 0)
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        before = HandoverAccepted.objects.filter(handover=found).first()
        if before is not None:
            raise Refused("accepted-already", "/handover", f"{before.accepted_by} has it already.", "Nothing is to do.")
        detail = HandoverAccepted(handover=found, accepted_by=worker.name)
        append(recording, [Entry(detail, _hub(matter), matter_id=matter.pk)])
        trail.change_matter(worker, matter, "accepted the handover")
    return detail


def handed_over_since(moment: datetime, to: Owner) -> QuerySet[HandedOver]:
    """What has been handed over to a team since a moment."""
    return HandedOver.objects.filter(to_agency=to.agency, to_team=to.team or "", fact__recorded_at__gte=moment)


def _hub(matter: Matter) -> int:
    return audiences.standing(audiences.front_door_scope(matter.authority))
