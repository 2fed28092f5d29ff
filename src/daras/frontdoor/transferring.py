"""A matter goes over to another authority: offered with a reason, owed an answer, and taken over by name (A14).

Until then nothing changes. With the acceptance every duty that the sender's front door still owes is met by it and
opened anew for whoever accepted, with the same clock; an authority outside the partnership answers by telephone, and
the sender writes down who.
"""

from __future__ import annotations

from collections.abc import Sequence

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import Owner, load_directory
from daras.duties.commands import Owed, meet, open_duties
from daras.duties.models import DutyOpened, DutyState
from daras.frontdoor.authorities import ELSEWHERE, front_door, matter_of, name_of, ours
from daras.frontdoor.models import TransferAnswered, TransferOffered
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.commands import lock, project
from daras.matters.models import Matter, MatterClosed
from daras.meetings.audiences import admit, news_audiences, record_audiences
from daras.outbox.commands import Tell, tell
from daras.practice import pack_for
from daras.working_time import clock

ACCEPTANCE = "transfer-acceptance"


def offer(
    worker: Worker, reference: str, *, to: str, to_name: str = "", to_contact: str = "", because: str
) -> TransferOffered:
    """Ask another authority to take a matter over. Its front door reads the matter from now, and owes an answer.

    Raises `PermissionDenied` for anybody but a manager of the front door, or `Refused`: without a reason, to oneself,
    or while another offer waits for its answer.
    """
    policy.require(worker, "decide")
    matter = matter_of(reference)
    _checked(matter, to, to_name, to_contact, because)
    with machine():
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        if waiting_on(matter.pk) is not None:
            raise Refused("waits-already", "/to", "Another offer waits for its answer.", "Wait for it, or ask there.")
        within = to in ours()
        detail = TransferOffered(
            to_authority=to if within else "",
            to_name=name_of(to) if within else to_name.strip(),
            to_contact="" if within else to_contact.strip(),
            offered_by=worker.name,
            because=because.strip(),
        )
        (fact,) = append(recording, [Entry(detail, matter.audience_id, matter_id=matter.pk)])
        own = front_door(load_directory(), matter.authority, on=clock.today())
        theirs = front_door(load_directory(), to, on=clock.today()) if within else own
        if within:
            for audience in (matter.audience_id, *news_audiences(matter), *record_audiences(matter)):
                admit(audience, [_team(theirs)], reason="is asked to take it over", by=worker.slug)
        _owe_answer(recording, matter, fact, theirs, detail)
        if within:
            tell(matter, fact.pk, [Tell(theirs.agency, theirs.team, "transfer-offered", interrupts=True)])
        trail.change_matter(worker, matter, f"offered to {detail.to_name}")
    return detail


def answer(worker: Worker, reference: str, *, accepts: bool, reason: str = "") -> TransferAnswered:
    """A manager of the other authority's front door accepts the matter by name, or declines it with a reason.

    Raises `PermissionDenied` for anybody else, or `Refused` where nothing waits or the reason is missing.
    """
    policy.require(worker, "decide")
    matter = matter_of(reference)
    offered = _waiting(matter)
    theirs = front_door(load_directory(), offered.to_authority, on=clock.today()) if offered.to_authority else None
    if theirs is None or _team(theirs) != (worker.agency, worker.team):
        raise Refused("not-yours", "/accepts", "This was not offered to your team.", "Open your list again.")
    if not accepts and not reason.strip():
        raise Refused("reason-missing", "/reason", "Why it is declined is missing.", "Write why; the sender reads it.")
    with machine():
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        offered = _waiting(matter)
        detail = TransferAnswered(transfer=offered, accepted=accepts, answered_by=worker.name, reason=reason.strip())
        fact = _record(recording, matter, offered, detail)
        if accepts:
            _take_over(recording, matter, fact, theirs, offered.to_authority)
        sender = front_door(load_directory(), _sender(offered), on=clock.today())
        tell(matter, fact.pk, [Tell(sender.agency, sender.team, "transfer-answered", interrupts=not accepts)])
        trail.change_matter(worker, matter, "took the matter over" if accepts else "declined the matter")
    return detail


def note_answer(
    worker: Worker, reference: str, *, accepts: bool, answered_by: str, reason: str = ""
) -> TransferAnswered:
    """An authority outside the partnership has answered: who there, by name and post, and whoever heard it writes it
    down. Accepted, the matter closes here. Raises `PermissionDenied` or `Refused`."""
    policy.require(worker, "decide")
    matter = matter_of(reference)
    offered = _waiting(matter)
    if offered.to_authority:
        raise Refused("theirs-to-answer", "/answered_by", "They answer here themselves.", "Ask them to open it.")
    if not answered_by.strip():
        raise Refused("missing", "/answered_by", "Who answered is missing.", "Write their name and post.")
    if not reason.strip():
        raise Refused("missing", "/reason", "What they said is missing.", "Write what was agreed, and when.")
    with machine():
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        detail = TransferAnswered(
            transfer=_waiting(matter),
            accepted=accepts,
            answered_by=answered_by.strip(),
            said_to=worker.name,
            reason=reason.strip(),
        )
        fact = _record(recording, matter, offered, detail)
        if accepts:
            meet(recording, _owed_by(matter, _front_door_teams(matter.authority)), fact, recording.recorded_at)
            closed = MatterClosed(outcome="transferred", reason=f"{offered.to_name} has it: {answered_by.strip()}.")
            append(recording, [Entry(closed, matter.audience_id, matter_id=matter.pk)])
            project(matter, recording.recorded_at)
        trail.change_matter(worker, matter, f"{offered.to_name} {'accepted' if accepts else 'declined'}")
    return detail


def waiting_on(matter_id: int) -> TransferOffered | None:
    """The offer that nobody has answered yet."""
    rows = TransferOffered.objects.select_related("fact").filter(fact__matter_id=matter_id, answer__isnull=True)
    return rows.order_by("-fact_id").first()


def transfers_of(matter_id: int) -> list[TransferOffered]:
    """Every offer of a matter with its answer, the newest first."""
    rows = TransferOffered.objects.select_related("fact", "answer", "answer__fact").filter(fact__matter_id=matter_id)
    return list(rows.order_by("-fact_id"))


def _checked(matter: Matter, to: str, to_name: str, to_contact: str, because: str) -> None:
    if to not in {*ours(), ELSEWHERE}:
        raise Refused("unknown-authority", "/to", "Nothing was chosen.", "Choose who is asked.")
    if to == matter.authority:
        raise Refused("ours-already", "/to", "It is this authority's already.", "Choose another.")
    if to == ELSEWHERE and not to_name.strip():
        raise Refused("missing", "/to_name", "The other authority has no name.", "Write its name.")
    if to == ELSEWHERE and not to_contact.strip():
        raise Refused("missing", "/to_contact", "How they are reached is missing.", "Write who was asked, and how.")
    if not because.strip():
        raise Refused("reason-missing", "/because", "Why is missing.", "Write why it is theirs; they read it.")


def _waiting(matter: Matter) -> TransferOffered:
    offered = waiting_on(matter.pk)
    if offered is None:
        raise Refused("nothing-offered", "/accepts", "Nothing waits for an answer.", "Open the matter again.")
    return offered


def _sender(offered: TransferOffered) -> str:
    """The authority that offered it, by the agency that recorded the offer."""
    return load_directory().agency_at_any_time(offered.fact.agency).authority


def _team(owner: Owner) -> tuple[str, str]:
    return owner.agency, owner.team or ""


def _record(recording: Recording, matter: Matter, offered: TransferOffered, detail: TransferAnswered) -> Fact:
    (fact,) = append(recording, [Entry(detail, offered.audience_id, matter_id=matter.pk)])
    owed = DutyOpened.objects.select_related("fact").filter(opened_by=offered.fact_id, duty_kind=ACCEPTANCE)
    meet(recording, list(owed), fact, recording.recorded_at)
    return fact


def _front_door_teams(authority: str) -> set[tuple[str, str]]:
    """The teams that are one authority's own: its front door and its assessment."""
    directory, on = load_directory(), clock.today()
    roles = ("front-door", "assessment")
    return {_team(directory.contact(role, authority=authority, on=on)) for role in roles}


def _owed_by(matter: Matter, teams: set[tuple[str, str]]) -> list[DutyOpened]:
    states = DutyState.objects.select_related("duty", "duty__fact").filter(matter=matter, met_at__isnull=True)
    return [each.duty for each in states if (each.owner_agency, each.owner_team) in teams]


def _take_over(recording: Recording, matter: Matter, fact: Fact, theirs: Owner, authority: str) -> None:
    """Every duty of the sender's own teams is the other's from now, with the same clock; the matter is theirs."""
    former = matter.authority
    owed = _owed_by(matter, _front_door_teams(former))
    meet(recording, owed, fact, recording.recorded_at)
    matter.authority = authority
    matter.save(update_fields=["authority"])
    hub = audiences.standing(audiences.front_door_scope(authority))
    by_pack: dict[str, list[DutyOpened]] = {}
    for duty in owed:
        by_pack.setdefault(duty.pack, []).append(duty)
    for duties in by_pack.values():
        pack = pack_for(clock.local_date(duties[0].fact.recorded_at))
        again = [_again(duty, theirs, former, matter) for duty in duties]
        open_duties(recording, matter, fact, again, pack=pack, audience_of=[hub] * len(again))


def _again(duty: DutyOpened, theirs: Owner, former: str, matter: Matter) -> Owed:
    return Owed(
        kind=duty.duty_kind,
        owner_agency=theirs.agency,
        owner_team=theirs.team,
        owner_role=duty.owner_role,
        about_record_ids=tuple(duty.about_record_ids),
        anchor_at=duty.anchor_at,
        due_at=duty.due_at,
        because=f"Taken over from {name_of(former)}. {duty.because}",
        source=duty.source,
        authority=duty.authority,
        told=duty.told,
        late_start=duty.late_start,
        reference=matter.reference,
    )


def _owe_answer(recording: Recording, matter: Matter, fact: Fact, owner: Owner, offered: TransferOffered) -> None:
    """The other authority owes an answer; where it is none of ours, our own front door owes it that one is had."""
    pack = pack_for(clock.local_date(recording.recorded_at))
    wanted = pack.duty(ACCEPTANCE)
    because = wanted.because if offered.to_authority else f"Ask until {offered.to_name} answers. {wanted.because}"
    owed: Sequence[Owed] = [
        Owed(
            kind=ACCEPTANCE,
            owner_agency=owner.agency,
            owner_team=owner.team,
            owner_role=wanted.role,
            about_record_ids=(),
            anchor_at=recording.recorded_at,
            due_at=wanted.clock.due(recording.recorded_at, pack.calendar),
            because=because,
            source=wanted.cited,
            authority=wanted.authority,
            told=wanted.told,
            late_start=False,
            reference=matter.reference,
        )
    ]
    open_duties(recording, matter, fact, owed, pack=pack, audience_of=[matter.audience_id])
