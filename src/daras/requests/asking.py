"""Asking another agency: whom, about whom, on which lawful basis, how soon (A8, A12, B6, C5 to C7, D8, F5, H2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import AgencyNotCurrent, Owner, UnknownAgency, UnknownContact, UnknownTeam, load_directory
from daras.duties.commands import meet
from daras.duties.models import DutyState
from daras.duties.queries import owed_by
from daras.duties.reading import kind_of as duty_kind_of
from daras.forms.naming import Naming, name_people
from daras.forms.writing import recording_for
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.commands import open_matter, random_reference
from daras.matters.models import Matter
from daras.matters.telling import require_told
from daras.outbox.commands import Tell, tell
from daras.people.models import PersonInMatter, PersonRecord
from daras.people.queries import known_of_records, persons_of
from daras.practice import pack_for
from daras.practice.request_definitions import ACKNOWLEDGE, ANYBODY, RequestKind
from daras.requests.models import RequestMade, RequestState
from daras.requests.owing import owe
from daras.working_time import clock

#: A request that belongs to no matter hangs on one of its own, which no list of matters shows.
MATTER_KIND = "request"
#: What a duty of the pack says it is met by: the making of a request of a kind, or its last answer.
MADE, ENDED = "request-made:", "request-ended:"


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked. Whom it is about: a record that whoever asks may see, or somebody named now."""

    to: Owner | None
    asks: str
    record_id: int | None = None
    subject: Mapping[str, Any] = field(default_factory=dict)
    basis: str = ""
    urgency: str = "routine"
    matter: str = ""  # its reference
    duty_id: int | None = None  # which the request is to meet: it brings its matter and whom it is about
    service: str = ""
    key: str = ""  # of a system that sends it
    on: str = ""  # the request whose forum agreed it: it brings whom it is about, and its readers


def kinds_for(worker: Worker) -> list[RequestKind]:
    """The kinds of request that a worker may make, by name."""
    found = pack_for(clock.today()).requests.values()
    return sorted((kind for kind in found if may_ask(worker, kind)), key=lambda kind: kind.name)


def may_ask(worker: Worker, kind: RequestKind) -> bool:
    """Whether this kind is for the worker's agency."""
    if not policy.may(worker, "contribute"):
        return False
    return not kind.agency_kinds or load_directory().agency_at_any_time(worker.agency).kind in kind.agency_kinds


def kind_now(worker: Worker, kind_id: str) -> RequestKind:
    """The kind in force today; raises `PermissionDenied` where it is not for this worker, `Refused` for none."""
    kind = pack_for(clock.today()).requests.get(kind_id)
    if kind is None:
        raise Refused("no-such-request", "/kind", "There is no such kind of request today.", "Choose one of the list.")
    if not may_ask(worker, kind):
        raise PermissionDenied(f"“{kind.name}” is asked by others.")
    return kind


def addressees(kind: RequestKind, authority: str) -> list[Owner]:
    """Whom a kind may be asked of: whoever answers in its roles, or every team that takes requests."""
    return _in_roles(kind.to, authority)


def members_of(kind: RequestKind, authority: str) -> list[Owner]:
    """Who belongs to the forum of a kind, today; nobody where it has none (F5)."""
    return _in_roles(kind.forum.members, authority) if kind.forum else []


def _in_roles(roles: Iterable[str], authority: str) -> list[Owner]:
    directory, on = load_directory(), clock.today()
    found: list[Owner] = []
    for role in roles:
        if role == ANYBODY:
            found += [Owner(each.id, team.id) for each in directory.agencies_on(on) for team in each.teams]
            continue
        try:
            found.append(directory.contact(role, authority=authority, on=on))
        except UnknownContact:
            continue
    return list(dict.fromkeys(found))


def ask(worker: Worker, kind_id: str, asking: Asking) -> RequestMade:
    """Ask another agency. It is owed from now, by its clock, and both sides see where it stands.

    The same key of the same agency again is the same request. Raises `PermissionDenied`, or `Refused` for the first
    thing that is missing: whom, about whom, what, and where the kind asks it the lawful basis.
    """
    policy.require(worker, "contribute")
    kind = kind_now(worker, kind_id)
    duty = _owed(worker, asking.duty_id) if asking.duty_id else None
    if asking.on:
        return _agree(worker, kind, asking)
    record_id = asking.record_id or (duty.duty.about_record_ids[0] if duty and duty.duty.about_record_ids else None)
    on_matter = Matter.objects.filter(reference=asking.matter).first() if asking.matter else None
    if asking.matter and on_matter is None:
        raise Refused("no-such-matter", "/matter", "There is no such matter here for you.", "Ask without it.")
    authority = on_matter.authority if on_matter else load_directory().agency_at_any_time(worker.agency).authority
    to = _checked(worker, kind, asking, authority)
    words = _about(worker, asking, record_id, on_matter, duty)
    with machine():
        _told_of(worker, on_matter or (duty.matter if duty else None), to)
        before = RequestMade.objects.filter(from_agency=worker.agency, sent_key=asking.key or None).first()
        if asking.key and before is not None:
            return _same(before, kind, asking, to)
        return _record(_Asked(worker, kind, asking, to, words, record_id), on_matter, duty, authority)


def item(kind: RequestKind, reference: str) -> RequestMade:
    """What is on a forum's agenda as its reader sees it, and for which this kind of action may be agreed. Raises
    `Refused`."""
    made = RequestMade.objects.select_related("fact", "state").filter(reference=reference).first()
    forum = pack_for(clock.today()).requests[made.request_kind].forum if made else None
    if made is None or forum is None or forum.actions != kind.id or made.state.ended_at is not None:
        raise Refused("not-on-agenda", "", "This is on no agenda that you read.", "See the meeting's own page.")
    return made


def _agree(worker: Worker, kind: RequestKind, asking: Asking) -> RequestMade:
    """Something is agreed for a child on an agenda: about the same child, and read by the same people."""
    on = item(kind, asking.on)
    with machine():
        matter = Matter.objects.get(pk=on.fact.matter_id or 0)
        authority = matter.authority
        to = _checked(worker, kind, asking, authority)
        _told_of(worker, matter, to)
        asked = _Asked(worker, kind, asking, to, on.about_words, on.fact.person_record_id)
        return _record(asked, matter, None, authority, audience=on.audience_id)


def _told_of(worker: Worker, matter: Matter | None, to: Owner) -> None:
    """Raise `Refused` where whoever is asked is kept apart from the matter that it belongs to (A17)."""
    if matter is not None:
        says_why = policy.in_front_door(worker)
        require_told(matter, to.agency, to.team or "", pointer="/to", says_why=says_why)


def _same(before: RequestMade, kind: RequestKind, asking: Asking, to: Owner) -> RequestMade:
    same = (before.request_kind, before.asks, before.to_agency) == (kind.id, asking.asks.strip(), to.agency)
    if same:
        return before
    raise Refused("key-used-before", "", "This key came before with another request.", "Use a new key.")


def _owed(worker: Worker, duty_id: int) -> DutyState:
    state = owed_by(worker).filter(duty_id=duty_id).first()
    if state is None:
        raise Refused("no-such-duty", "/duty", "Your team owes no such thing.", "See My work for what it owes.")
    return state


def _checked(worker: Worker, kind: RequestKind, asking: Asking, authority: str) -> Owner:
    may = addressees(kind, authority)
    service = pack_for(clock.today()).services.get(asking.service)
    if asking.service and (service is None or service.request != kind.id):
        raise Refused("no-such-service", "/service", "This service is not asked that way.", "See the directory.")
    to = Owner(service.agency, service.team) if service else asking.to or (may[0] if len(may) == 1 else None)
    if to is None:
        raise Refused("missing", "/to", "Say whom you ask.", "Choose a team of the list.")
    if service is None and to not in may:
        _known(to)
        raise Refused("not-asked-this", "/to", "This team is not asked this way.", "Choose a team of the list.")
    if (to.agency, to.team) == (worker.agency, worker.team):
        raise Refused("your-own-team", "/to", "This is your own team.", "Choose another.")
    if not asking.asks.strip():
        raise Refused("missing", "/asks", "Say what you ask.", "As little as they need, and what it is for.")
    if kind.bases and asking.basis not in {each.id for each in kind.bases}:
        raise Refused("missing", "/basis", "Say on which basis in law you ask.", "Choose one of the list.")
    if asking.urgency not in kind.urgencies:
        raise Refused("unknown-choice", "/urgency", "Say how soon it is needed.", "Choose one of the list.")
    return to


def _known(to: Owner) -> None:
    try:
        load_directory().agency(to.agency, on=clock.today()).team(to.team or "")
    except (UnknownAgency, AgencyNotCurrent, UnknownTeam):
        raise Refused("unknown-agency", "/to", "There is no such team.", "Choose a team of the list.") from None


def _about(worker: Worker, asking: Asking, record_id: int | None, matter: Matter | None, duty: DutyState | None) -> str:
    """Whom it is about in the words the other side reads, through the eyes of whoever asks. Raises `Refused`."""
    if record_id is None:
        name = " ".join(str(asking.subject.get(part) or "") for part in ("given_name", "family_name")).strip()
        if not name:
            raise Refused("nobody-named", "/about", "Nobody is named yet.", "Say whom it is about.")
        return f"{name}{_born(str(asking.subject.get('date_of_birth') or ''))}"
    own = PersonRecord.objects.filter(pk=record_id, agency=worker.agency).exists()
    in_matter = (
        matter is not None
        and PersonInMatter.objects.filter(fact__matter_id=matter.pk, fact__person_record_id=record_id).exists()
    )
    of_duty = duty is not None and record_id in duty.duty.about_record_ids
    if not (own or in_matter or of_duty):
        raise Refused("no-such-person", "/about", "There is no such person here for you.", "Say whom it is about.")
    known = known_of_records([record_id]).get(record_id)
    if known is None or not known.names:
        return _named_in(duty) if duty else "somebody whose name the front door holds"
    return f"{known.name}{_born(str(known.date_of_birth or ''))}"


def _born(written: str) -> str:
    """As the other side reads it; a year or a month alone stays as it was said."""
    if len(written) != len("2016-04-01"):
        return f", born {written}" if written else ""
    try:
        born_on = date.fromisoformat(written)
    except ValueError:
        return f", born {written}"
    return f", born {born_on.day} {born_on:%B %Y}"


def _named_in(duty: DutyState) -> str:
    """Where the owner of a duty reads no name but in the duty's own words, the other side is told those."""
    return duty.duty.because[:300]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was checked and is about to be recorded."""

    worker: Worker
    kind: RequestKind
    asking: Asking
    to: Owner
    words: str
    record_id: int | None


def _record(
    asked: _Asked, on_matter: Matter | None, duty: DutyState | None, authority: str, audience: int = 0
) -> RequestMade:
    worker, kind, asking = asked.worker, asked.kind, asked.asking
    reference = random_reference("X")
    matter = on_matter or (duty.matter if duty else None)
    audience = audience or _audience(worker, asked.to, authority if matter else "")
    if matter is None:
        matter = open_matter(
            kind=MATTER_KIND,
            authority=authority,
            agency=worker.agency,
            audience_id=audience,
            opened_at=clock.now(),
        )
    recording = recording_for(worker, matter)
    record = asked.record_id
    if record is None:
        held = {name: value for name, value in asking.subject.items() if value}
        (record,) = name_people(Naming(recording, matter.pk, audience, authority), [held])
    basis = next((each.name for each in kind.bases if each.id == asking.basis), "")
    made = RequestMade(
        reference=reference,
        request_kind=kind.id,
        kind_name=kind.name,
        pack=pack_for(clock.local_date(recording.recorded_at)).id,
        from_agency=worker.agency,
        from_team=worker.team,
        from_name=worker.name,
        to_agency=asked.to.agency,
        to_team=asked.to.team or "",
        about_words=asked.words[:300],
        asks=asking.asks.strip(),
        basis=asking.basis,
        basis_name=basis,
        urgency=asking.urgency,
        service=asking.service,
        sent_key=asking.key or None,
    )
    (fact,) = append(recording, [Entry(made, audience, person_record_id=record, matter_id=matter.pk)])
    _keep_state(made, kind, matter, recording)
    if kind.acknowledge is not None:
        owe(recording, matter, made, ACKNOWLEDGE, opened_by=fact)
    owe(recording, matter, made, kind.stages[0].id, opened_by=fact)
    meet_waiting(recording, matter, fact, f"{MADE}{kind.id}")
    tell(matter, fact.pk, [_telling(made)])
    note(worker, made, matter, f"{kind.id}: asked")
    return made


def _telling(made: RequestMade) -> Tell:
    """Only what is urgent interrupts (interface: Interruptions)."""
    urgent = made.urgency == "urgent"
    return Tell(made.to_agency, made.to_team or None, "asked", interrupts=urgent, reference=made.reference)


def _audience(worker: Worker, to: Owner, authority: str) -> int:
    """Both sides; and the front door, where it belongs to a matter of theirs or they ask."""
    door = authority if authority or not policy.in_front_door(worker) else _authority(worker)
    scope = audiences.front_door_scope(door) if door else audiences.agency_scope(worker.agency)
    audience = audiences.open_audience(scope, "request")
    for agency, team in dict.fromkeys([(worker.agency, worker.team), (to.agency, to.team or "")]):
        audiences.grant(audience, agency=agency, team=team, reason="asks or is asked", granted_by="service:requests")
    return audience


def _authority(worker: Worker) -> str:
    return load_directory().agency_at_any_time(worker.agency).authority


def _keep_state(made: RequestMade, kind: RequestKind, matter: Matter, recording: Recording) -> None:
    RequestState.objects.create(
        request=made,
        matter=matter,
        request_kind=kind.id,
        from_agency=made.from_agency,
        from_team=made.from_team,
        to_agency=made.to_agency,
        to_team=made.to_team,
        service=made.service,
        urgency=made.urgency,
        status="asked",
        stage=kind.stages[0].id,
        stage_since=recording.recorded_at,
        made_at=recording.recorded_at,
        audience_id=made.audience_id,
    )


def meet_waiting(recording: Recording, matter: Matter, fact: Fact, word: str) -> None:
    """Whatever on the matter waits for a request of this kind, about the same person, is met."""
    states = DutyState.objects.select_related("duty", "duty__fact").filter(matter=matter, met_at__isnull=True)
    waiting = [state.duty for state in states if word in duty_kind_of(state.duty).met_by]
    if not waiting:
        return
    persons = persons_of(
        [*(record for duty in waiting for record in duty.about_record_ids), fact.person_record_id or 0]
    )
    person = persons.get(fact.person_record_id or 0)
    same = [duty for duty in waiting if person in {persons.get(record) for record in duty.about_record_ids}]
    meet(recording, same, fact, recording.recorded_at)


def note(worker: Worker, made: RequestMade, matter: Matter, what: str) -> None:
    """One entry in the trail."""
    trail.change(worker, "request", made.reference, what, matter_id=matter.pk)
