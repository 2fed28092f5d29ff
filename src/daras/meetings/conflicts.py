"""A conflict of interest is looked for before anybody is invited, and declared by whoever has one (B3, A17)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from daras.access import policy
from daras.access.models import Worker
from daras.agencies import UnknownAgency, load_directory
from daras.ledger.reading import OnMatter
from daras.ledger.refusal import Refused
from daras.meetings.audiences import Team
from daras.meetings.calling import Invitation, invite, named_instead
from daras.meetings.models import AgencyInvited, ConflictKept, MeetingCalled
from daras.meetings.sitting import sitting
from daras.outbox.commands import Tell
from daras.working_time import clock

#: In what part somebody stands in the matter, in the words of the reason.
PARTS = {
    "subject": "whom this is about",
    "suspect": "who is said to have caused harm",
    "named": "who is named in it",
    "connected": "who is connected",
}


def conflicts_found(
    parts: Mapping[str, Iterable[str]], works: Iterable[str], teams: Iterable[Team]
) -> dict[Team, list[str]]:
    """For each team: why somebody of its agency may have a conflict of interest, in words for the front door.
    `parts` are the names of those in the matter by their part, `works` how those suspected work with children. A
    worker of the agency who bears the name of somebody in the matter may be that person; an agency that is named
    as where a suspect works is left to the designated officer to judge (A17). A name is a reason to look, and
    decides nothing."""
    wanted = list(dict.fromkeys(teams))
    by_name = {name.casefold(): part for part, names in parts.items() for name in names}
    agencies = {agency for agency, _ in wanted}
    bearers = [
        each
        for each in Worker.objects.filter(agency__in=agencies, is_active=True).order_by("name")
        if each.name.casefold() in by_name
    ]
    found: dict[Team, list[str]] = {}
    for agency, team in wanted:
        same = [each for each in bearers if each.agency == agency and each.team in ("", team)]
        why = [
            f"{each.name} works there, and so is called somebody {PARTS[by_name[each.name.casefold()]]}."
            for each in same
        ]
        name = _name(agency)
        why += [
            f"Somebody who is said to have caused harm works there ({work}): the designated officer decides first."
            for work in works
            if name and name.casefold() in work.casefold()
        ]
        if why:
            found[agency, team] = why
    return found


def _name(agency: str) -> str:
    try:
        return load_directory().agency_at_any_time(agency).name
    except UnknownAgency:
        return ""


def declare_conflict(worker: Worker, meeting_id: int, *, reason: str, instead: str = "") -> ConflictKept:
    """A worker who was asked has a conflict of interest: somebody else of the agency is named instead of the team,
    and from now reads the matter alone; with nobody named, the front door names somebody (B3). Why is read by
    the front door only. A worker of the front door itself keeps their standing sight: their manager gives the
    matter to somebody else. Raises `Refused` without a reason, or where they name themselves."""
    if not reason.strip():
        raise Refused("missing", "/reason", "Say which conflict it is.", "Only the front door reads it.")
    if instead == worker.slug:
        raise Refused("yourself", "/instead", "You cannot stand in for yourself.", "Name somebody else, or nobody.")
    with sitting(worker, meeting_id, "answer") as at_work:
        other = named_instead(worker.agency, instead) if instead else None
        detail = ConflictKept(
            agency=worker.agency,
            team=worker.team,
            declared=True,
            reason=f"{worker.name}: {reason.strip()}",
            instead=other,
        )
        at_work.add(detail, audience=at_work.hub)
        door = load_directory().contact("front-door", authority=at_work.matter.authority, on=clock.today())
        at_work.tell(Tell(door.agency, door.team, "conflict", interrupts=True, reference=at_work.matter.reference))
        if other is not None:
            at_work.tell(Tell(other.agency, other.team or None, "invited", interrupts=True))
    return detail


def name_instead(worker: Worker, meeting_id: int, *, instead: str) -> None:
    """The front door names who of an agency is asked instead of whoever has declared a conflict of interest (B3).

    Raises `PermissionDenied` for anybody but a manager, `Refused` where nobody of that agency waits to be named.
    """
    policy.require(worker, "convene")
    other = Worker.objects.filter(slug=instead, is_active=True).first()
    waiting = [each for each in _unnamed(meeting_id) if other is not None and each.agency == other.agency]
    if other is None or not waiting:
        raise Refused("nobody-waits", "/instead", "Nobody of that agency waits to be named.", "Choose from the list.")
    before = AgencyInvited.objects.filter(meeting_id=meeting_id, agency=other.agency, team=waiting[-1].team).last()
    asked = Invitation(
        other.agency,
        waiting[-1].team,
        before.because if before else "Asked instead of a colleague.",
        before.part if before else "takes-part",
        conflict="Named by the front door.",
        instead=other.slug,
    )
    invite(worker, meeting_id, [asked])


def _unnamed(meeting_id: int) -> list[ConflictKept]:
    """Conflicts on the matter of a meeting in which nobody has been named instead, as far as the reader may see."""
    matter_id = MeetingCalled.objects.filter(pk=meeting_id).values_list("fact__matter_id", flat=True).first()
    kept = conflicts_on(OnMatter(matter_id or 0, [ConflictKept]))
    named = {(each.agency, each.team) for each in kept if each.instead_id}
    return [each for each in kept if (each.agency, each.team) not in named]


def stand_ins(kept: Iterable[ConflictKept]) -> list[Worker]:
    """Who may be named where nobody is: workers of those agencies, but not whoever declared it."""
    rows = list(kept)
    named = {(each.agency, each.team) for each in rows if each.instead_id}
    open_ones = [each for each in rows if (each.agency, each.team) not in named]
    declared = {each.fact.author for each in rows if each.declared}
    if not open_ones:
        return []
    return [each for each in colleagues_of(each.agency for each in open_ones) if each.slug not in declared]


def colleagues(agency: str, *, but: str = "") -> list[Worker]:
    """Who of an agency may be named instead."""
    return [each for each in colleagues_of([agency]) if each.slug != but]


def colleagues_of(agencies: Iterable[str]) -> list[Worker]:
    """Who of these agencies may be named instead, by name: one query."""
    rows = Worker.objects.filter(agency__in=set(agencies), is_active=True)
    return list(rows.exclude(role__in=policy.WITHOUT_CHILDREN).order_by("name"))


def conflicts_on(facts: OnMatter) -> list[ConflictKept]:
    """What is kept about conflicts of interest on a matter, with who was named instead: the front door's alone."""
    kept = facts.every(ConflictKept)
    workers = Worker.objects.in_bulk({each.instead_id for each in kept if each.instead_id})
    for each in kept:
        each.instead = workers.get(each.instead_id or 0)
    return kept
