"""Raising a flag, looking at it again, and what partners' systems report that they show.

Published to whoever the practice pack names: the receiver's webhook says that there is a flag, and its system reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from stdnum.gb import nhs

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import Agency, load_directory
from daras.duties.commands import Owed, meet, open_duties
from daras.duties.models import DutyOpened
from daras.flags.models import FlagPublished, FlagRaised, FlagReason, FlagReported, FlagReviewed, FlagStray
from daras.forms.writing import recording_for
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.commands import open_matter, random_reference
from daras.matters.models import Matter
from daras.outbox.commands import Tell, tell
from daras.people.models import IdentifierKnown, PersonRecord, RecordPerson
from daras.people.queries import known_of, standing_details
from daras.practice import pack_for
from daras.practice.pack import FlagKind
from daras.working_time import clock

MATTER_KIND = "flag"
REVIEW = "review-flag"
#: These show it only where they hold a record of the child: everybody else in the list meets any child.
ONLY_INVOLVED = frozenset({"school", "general practice"})
#: Of other kinds that meet some children only, too.
NHS_NUMBER = "nhs-number"


def raise_flag(worker: Worker, *, kind: str, number: str, reason: str) -> FlagRaised:
    """Raise a flag on somebody whom the worker may see, and publish it. `number` is the person's; `reason` stays here.

    Raises `PermissionDenied` for anybody but the front door and whoever protects, `Refused` without a reason, for
    somebody without one NHS number, or where the same flag stands already.
    """
    policy.require(worker, "protect")
    wanted = pack_for(clock.today()).flags.get(kind)
    if wanted is None:
        raise Refused("unknown-choice", "/kind", "There is no such flag.", "Choose one of the list.")
    if not reason.strip():
        raise Refused("missing", "/reason", "Say why it is raised.", "It stays with your team, and is not published.")
    member = RecordPerson.objects.filter(number=number).order_by("record_id").first()
    if member is None:
        raise Refused("no-such-person", "/number", "There is no such person here for you.", "Check the number.")
    person = known_of([member.person_id])[member.person_id]
    numbers = {each.value for each in standing_details(IdentifierKnown, person.record_ids) if each.system == NHS_NUMBER}
    if len(numbers) != 1:
        raise Refused(
            "no-nhs-number",
            "/number",
            "Partners' systems know somebody by one NHS number, and there is none, or more than one.",
            "Find out the number first; ring them meanwhile.",
        )
    (value,) = numbers
    with machine():
        if _standing(value, kind) is not None:
            raise Refused("flag-stands", "/kind", "This flag stands already.", "Look at it again instead.")
        return _raise(worker, wanted, _About(member, person.name, value), reason.strip())


def _standing(number: str, kind: str) -> FlagRaised | None:
    rows = FlagRaised.objects.filter(nhs_number=number, flag_kind=kind).exclude(reviews__ends=True)
    return rows.order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class _About:
    """On whom a flag is raised: one record, what they are called, and the number by which systems know them."""

    member: RecordPerson
    name: str
    number: str


def _raise(worker: Worker, wanted: FlagKind, about: _About, reason: str) -> FlagRaised:
    member = about.member
    directory = load_directory()
    agency = directory.agency(worker.agency, on=clock.today())
    scope = audiences.front_door_scope(agency.authority)
    audience, own = audiences.open_audience(scope, "flag"), audiences.open_audience(scope, "flag reason")
    shows = published_to(wanted, member.person_id)
    for each in {worker.agency, *shows}:
        audiences.grant(audience, agency=each, reason="shows the flag", granted_by="service:flags")
    audiences.grant(own, agency=worker.agency, team=worker.team, reason="owns the flag", granted_by="service:flags")
    matter = open_matter(
        kind=MATTER_KIND,
        authority=agency.authority,
        agency=worker.agency,
        audience_id=audience,
        opened_at=clock.now(),
    )
    recording = recording_for(worker, matter)
    made = FlagRaised(
        reference=random_reference("G"),
        flag_kind=wanted.id,
        pack=pack_for(clock.today()).id,
        name=wanted.name,
        meaning=wanted.meaning,
        ring=_ring(agency, worker.team),
        owner_agency=worker.agency,
        owner_team=worker.team,
        about_words=about.name,
        nhs_number=about.number,
    )

    def entry(detail: FlagRaised | FlagReason | FlagPublished, audience_id: int) -> Entry:
        return Entry(detail, audience_id, person_record_id=member.record_id, matter_id=matter.pk)

    (fact,) = append(recording, [entry(made, audience)])
    append(recording, [entry(FlagReason(flag=made, reason=reason), own)])
    append(recording, [entry(FlagPublished(flag=made, agency=each), audience) for each in shows])
    _owe_review(recording, matter, made, wanted, fact)
    tell(matter, fact.pk, [Tell(each, None, "flag", reference=made.reference) for each in shows])
    _note(worker, made, matter, f"{wanted.id}: raised")
    return made


def published_to(kind: FlagKind, person_id: int) -> list[str]:
    """The agencies whose systems are to show a flag: those of its kinds, and of some only who hold the child."""
    holding = set(PersonRecord.objects.filter(membership__person_id=person_id).values_list("agency", flat=True))
    return [
        each.id
        for each in load_directory().agencies_on(clock.today())
        if each.kind in kind.to and (each.kind not in ONLY_INVOLVED or each.id in holding)
    ]


def _ring(agency: Agency, team: str) -> str:
    found = next((each for each in agency.teams if each.id == team), None)
    return f"{agency.name}, {found.name}, {found.telephone or found.email}" if found else agency.name


def _owe_review(recording: Recording, matter: Matter, made: FlagRaised, kind: FlagKind, fact: Fact) -> None:
    pack = pack_for(clock.local_date(recording.recorded_at))
    duty = pack.duty(REVIEW)
    owed = Owed(
        kind=REVIEW,
        owner_agency=made.owner_agency,
        owner_team=made.owner_team or None,
        owner_role=None,
        about_record_ids=(made.fact.person_record_id,) if made.fact.person_record_id else (),
        anchor_at=recording.recorded_at,
        due_at=kind.review.due(recording.recorded_at, pack.calendar),
        because=f"{made.about_words}: {made.name}. {duty.because}",
        source=kind.source.name,
        authority=kind.source.authority,
        told=duty.told,
        late_start=False,
        reference=made.reference,
    )
    open_duties(recording, matter, fact, [owed], pack=pack, audience_of=[made.audience_id])


def review(worker: Worker, reference: str, *, ends: bool, reason: str) -> FlagReviewed:
    """The owner looks at a flag again: it stays for another while, or it ends everywhere. Raises `Refused`."""
    made = FlagRaised.objects.select_related("fact").filter(reference=reference).first()
    if made is None:
        raise Refused("no-such-flag", "", "There is no such flag here for you.", "Look in your list.")
    if (worker.agency, worker.team) != (made.owner_agency, made.owner_team) or not policy.may(worker, "protect"):
        raise PermissionDenied("Its owner looks at a flag again.")
    if not reason.strip():
        raise Refused("missing", "/reason", "Say why it stays, or ends.", "A sentence is enough.")
    with machine():
        matter = Matter.objects.get(pk=made.fact.matter_id or 0)
        recording = recording_for(worker, matter)
        if FlagReviewed.objects.filter(flag=made, ends=True).exists():
            raise Refused("flag-ended", "", "This flag has ended.", "Raise it anew where it is needed.")
        detail = FlagReviewed(flag=made, ends=ends, reason=reason.strip())
        entry = Entry(detail, _reason_audience(made), person_record_id=made.fact.person_record_id, matter_id=matter.pk)
        (fact,) = append(recording, [entry])
        owed = DutyOpened.objects.select_related("fact").filter(duty_kind=REVIEW, reference=made.reference)
        meet(recording, list(owed), fact, recording.recorded_at)
        if not ends:
            _owe_review(recording, matter, made, pack_for(clock.today()).flags[made.flag_kind], fact)
        else:
            shows = FlagPublished.objects.filter(flag=made).values_list("agency", flat=True)
            tell(matter, fact.pk, [Tell(each, None, "flag-ended", reference=reference) for each in shows])
        _note(worker, made, matter, "ended" if ends else "looked at again")
    return detail


def _reason_audience(made: FlagRaised) -> int:
    """Whether it ends is for everybody who shows it; why is in it, and so it is its owner's, who tells the others."""
    return FlagReason.objects.filter(flag=made).values_list("audience_id", flat=True)[0]


def report_shown(worker: Worker, shown: Sequence[tuple[str, str]]) -> tuple[int, int, int]:
    """A partner's system says which flags it shows, as (NHS number, code): all of them, and no others.

    Recorded where it changes what was reported before. Returns how many are shown as they should be, how many are
    missing there, and how many are shown though nobody raised them or they have ended. Raises `Refused`.
    """
    policy.require(worker, "contribute")
    for number, _ in shown:
        if not nhs.is_valid(number):
            raise Refused(
                "no-nhs-number", "/shown", "A number is no NHS number.", "Ten digits, the last a check digit."
            )
    with machine():
        expected = {
            (each.flag.nhs_number, each.flag.flag_kind): each.flag
            for each in FlagPublished.objects.select_related("flag", "flag__fact").filter(agency=worker.agency)
        }
        ended = set(FlagReviewed.objects.filter(ends=True).values_list("flag_id", flat=True))
        standing = {key: flag for key, flag in expected.items() if flag.pk not in ended}
        said = {(nhs.compact(number), code) for number, code in shown}
        recording = Recording(agency=worker.agency, author=worker.slug, recorded_at=clock.now())
        entries = [*_reports(worker, standing, said), *_strays(worker, said - standing.keys())]
        append(recording, entries)
        trail.change(worker, "flags", worker.agency, f"{len(said)} reported as shown")
    found = len(standing.keys() & said)
    return found, len(standing) - found, len(said - standing.keys())


def _reports(worker: Worker, standing: dict[tuple[str, str], FlagRaised], said: set[tuple[str, str]]) -> list[Entry]:
    last: dict[int, bool] = {}
    for report in FlagReported.objects.filter(agency=worker.agency, flag__in=standing.values()).order_by("fact_id"):
        last[report.flag_id] = report.shown
    return [
        Entry(
            FlagReported(flag=flag, agency=worker.agency, shown=key in said),
            flag.audience_id,
            person_record_id=flag.fact.person_record_id,
            matter_id=flag.fact.matter_id,
        )
        for key, flag in standing.items()
        if last.get(flag.pk) is not (key in said)
    ]


def _strays(worker: Worker, stray: set[tuple[str, str]]) -> list[Entry]:
    known = set(FlagStray.objects.filter(agency=worker.agency).values_list("nhs_number", "code"))
    new = sorted(stray - known)
    if not new:
        return []
    authority = load_directory().agency_at_any_time(worker.agency).authority
    audience = audiences.open_audience(audiences.front_door_scope(authority), "flag that is none")
    audiences.grant(audience, agency=worker.agency, reason="shows it", granted_by="service:flags")
    return [Entry(FlagStray(agency=worker.agency, nhs_number=number, code=code[:60]), audience) for number, code in new]


def _note(worker: Worker, made: FlagRaised, matter: Matter, what: str) -> None:
    trail.change(worker, "flag", made.reference, what, matter_id=matter.pk)
