"""What is decided for each child: an examination and what came of it, how the child is asked, a wish weighed; and
what parents are told (A4, B6, C4, G5)."""

from __future__ import annotations

from datetime import date, datetime, time

from daras.access import policy
from daras.access.models import Worker
from daras.agencies import load_directory
from daras.duties.commands import meet
from daras.duties.models import DutyOpened
from daras.ledger.refusal import Refused
from daras.meetings.during import may_see, need, one_of
from daras.meetings.models import (
    AccountPlanned,
    ChildContacted,
    MedicalDecided,
    MedicalReported,
    ParentsInformed,
    WishesWeighed,
)
from daras.meetings.sitting import NoSuchMeeting, Sitting, sitting
from daras.people.models import PersonInMatter
from daras.people.queries import holders_of_parental_responsibility, known_of, persons_of
from daras.safety.models import ProtectionRecorded
from daras.safety.queries import kept_from_contact
from daras.working_time import clock

MEDICALS = ("forensic", "non-forensic", "none")
#: On what ground somebody consents to an examination (G5).
CONSENTS = ("parental-responsibility", "competent-child", "court")
INTERMEDIARY = ("asked-for", "needed", "not-needed")


def decide_medical(
    worker: Worker,
    meeting_id: int,
    person_record_id: int,
    *,
    medical: str,
    reason: str,
    consent_basis: str = "",
    consent_by: str = "",
    consent_evidence: str = "",
    referred_to: str = "",
) -> MedicalDecided:
    """Forensic, non-forensic or none, decided by a health professional, with whose consent and where (B6).

    Consent by a holder of parental responsibility is checked against what is recorded: somebody of whom nobody has
    recorded that they hold it needs the evidence that was seen, and nobody suspected in the matter consents for the
    child (G5). An examination owes its result. Raises `Refused` for what is missing.
    """
    policy.require(worker, "decide-medical")
    one_of(medical, MEDICALS, "/medical")
    may_see([person_record_id])
    need(reason, "/reason", "The medical decision needs a reason.", "Say why, also for none.")
    if medical != "none":
        need(consent_by, "/consent_by", "An examination needs consent.", "Name who holds it: a parent, or the child.")
        one_of(consent_basis, CONSENTS, "/consent_basis")
    with sitting(worker, meeting_id, "decide-medical") as at_work:
        if medical != "none":
            _check_consent(at_work, person_record_id, consent_basis, consent_by.strip(), consent_evidence.strip())
        detail = MedicalDecided(
            meeting=at_work.meeting,
            medical=medical,
            reason=reason.strip(),
            consent_by=consent_by.strip() if medical != "none" else "",
            consent_basis=consent_basis if medical != "none" else "",
            consent_evidence=consent_evidence.strip() if medical != "none" else "",
            referred_to=referred_to.strip(),
            decided_by_role=worker.role,
        )
        (fact,) = at_work.add(detail, audience=at_work.circle, person_record_id=person_record_id)
        for earlier in MedicalDecided.objects.filter(meeting=at_work.meeting, fact__person_record_id=person_record_id):
            at_work.settle("medical-result", earlier.pk, fact)
        if medical != "none":
            at_work.owe("medical-result", fact, (worker.agency, worker.team))
    return detail


def consent_holders(record_id: int) -> dict[str, str]:
    """Who is recorded as holding parental responsibility for the child of a record, by name: what the reader sees."""
    person = persons_of([record_id]).get(record_id)
    if person is None:
        return {}
    records = known_of([person])[person].record_ids
    holders = holders_of_parental_responsibility(records, clock.today()).get(person, set())
    return {each.name.casefold(): each.name for each in known_of(holders).values()}


def _check_consent(at_work: Sitting, record_id: int, basis: str, by: str, evidence: str) -> None:
    if _names(by, _suspects(at_work.matter.pk)):
        raise Refused(
            "suspected",
            "/consent_by",
            "Whoever is suspected in this matter does not consent for the child.",
            "Ask another holder of parental responsibility, or legal advice.",
        )
    if _names(by, _kept_from_contact(at_work.matter.pk)):
        raise Refused(
            "contact-prohibited",
            "/consent_by",
            "This person's contact with the child is prohibited.",
            "Ask another holder of parental responsibility, or legal advice.",
        )
    if basis == "parental-responsibility" and not evidence and not _names(by, set(consent_holders(record_id))):
        raise Refused(
            "not-recorded",
            "/consent_evidence",
            "Nobody has recorded that this person holds parental responsibility for the child.",
            "Say which evidence was seen: the birth certificate, an order.",
        )
    if basis != "parental-responsibility" and not evidence:
        said = "why the child is thought to understand and decide" if basis == "competent-child" else "which order"
        raise Refused("missing", "/consent_evidence", "Consent on this ground is explained.", f"Say {said}.")


def _suspects(matter_id: int) -> set[str]:
    parts = PersonInMatter.objects.filter(fact__matter_id=matter_id, part="suspect", fact__superseded_by__isnull=True)
    persons = persons_of(record for record in parts.values_list("fact__person_record_id", flat=True) if record)
    return {each.name.casefold() for each in known_of(persons.values()).values()}


def _kept_from_contact(matter_id: int) -> set[str]:
    """The names of those whom an order or agreement on the matter keeps from contact (G5)."""
    rows = ProtectionRecorded.objects.select_related("fact", "settlement").filter(
        fact__matter_id=matter_id, fact__superseded_by__isnull=True
    )
    persons = persons_of(kept_from_contact(rows, clock.now()))
    return {each.name.casefold() for each in known_of(persons.values()).values()}


def _names(by: str, known: set[str]) -> bool:
    """Whether what was written begins with one of these names: "Kerra Tregear, mother" is Kerra Tregear."""
    written = by.casefold()
    return any(written == name or written.startswith((f"{name},", f"{name} ")) for name in known)


def report_medical(
    worker: Worker, meeting_id: int, decision_id: int, *, attended: bool, on_day: date, by_whom: str, follows: str
) -> MedicalReported:
    """What came of an examination, by a health professional of the circle (B6)."""
    policy.require(worker, "decide-medical")
    need(by_whom, "/by_whom", "Say by whom it was done, or was to be done.", "Write the name or the service.")
    need(follows, "/follows", "Say what follows.", "Write what the others need to know and do, nothing clinical.")
    if on_day > clock.today():
        raise Refused("in-the-future", "/on_day", "The day has not come yet.", "Write the day of the appointment.")
    decided = MedicalDecided.objects.select_related("fact").filter(pk=decision_id, meeting_id=meeting_id).first()
    if decided is None:
        raise NoSuchMeeting("There is no such decision here for you.")
    with sitting(worker, meeting_id, "decide-medical") as at_work:
        detail = MedicalReported(
            meeting=at_work.meeting,
            decision=decided,
            attended=attended,
            on_day=on_day,
            by_whom=by_whom.strip(),
            follows=follows.strip(),
        )
        record = decided.fact.person_record_id
        (fact,) = at_work.add(detail, audience=at_work.circle, person_record_id=record)
        at_work.settle("medical-result", decided.pk, fact)
    return detail


def plan_account(
    worker: Worker,
    meeting_id: int,
    person_record_id: int,
    *,
    who_asks: str,
    where_and_when: str,
    communication_needs: str,
    intermediary: str,
    intermediary_note: str = "",
) -> AccountPlanned:
    """Who asks the child, where, how they are understood, with an intermediary or not: before anybody asks again
    (B6)."""
    may_see([person_record_id])
    need(who_asks, "/who_asks", "Nobody is named who asks.", "Name them; nobody else asks the child.")
    need(where_and_when, "/where_and_when", "The place is not said.", "Say where and when, or when it is settled.")
    need(communication_needs, "/communication_needs", "How the child is understood is not said.", "Say so if none.")
    one_of(intermediary, INTERMEDIARY, "/intermediary")
    if intermediary == "not-needed":
        need(intermediary_note, "/intermediary_note", "Going without an intermediary needs a reason.", "Say why.")
    with sitting(worker, meeting_id, "minute") as at_work:
        detail = AccountPlanned(
            meeting=at_work.meeting,
            who_asks=who_asks.strip(),
            where_and_when=where_and_when.strip(),
            communication_needs=communication_needs.strip(),
            intermediary=intermediary,
            intermediary_note=intermediary_note.strip(),
        )
        (fact,) = at_work.add(detail, audience=at_work.circle, person_record_id=person_record_id)
        if intermediary == "asked-for":
            meet(at_work.recording, _intermediary_owed(at_work, person_record_id), fact, at_work.recording.recorded_at)
    return detail


def _intermediary_owed(at_work: Sitting, record_id: int) -> list[DutyOpened]:
    """That an intermediary is asked for, for this child and no other: typed once."""
    rows = DutyOpened.objects.select_related("fact").filter(
        state__matter=at_work.matter, state__met_at__isnull=True, duty_kind="intermediary-request"
    )
    duties = list(rows)
    persons = persons_of([record_id, *(record for duty in duties for record in duty.about_record_ids)])
    child = persons.get(record_id)
    return [duty for duty in duties if child in {persons.get(record) for record in duty.about_record_ids}]


def weigh_wishes(
    worker: Worker,
    meeting_id: int,
    person_record_id: int,
    *,
    wish: str,
    best_interests: str,
    consulted: str,
    review_on: date,
    trusted_adult: str = "",
    next_contact: str = "",
    next_contact_at: datetime | None = None,
) -> WishesWeighed:
    """What the child wishes, what is best, who was asked, when it is looked at again, and who stays beside the child
    until then (C4).

    The review is owed on its day, and the next contact at its time: silence closes nothing.
    """
    may_see([person_record_id])
    for at, text in (("/wish", wish), ("/best_interests", best_interests), ("/consulted", consulted)):
        need(text, at, "This part of the decision is empty.", "Write it, so that the wish is weighed.")
    with sitting(worker, meeting_id, "minute") as at_work:
        detail = WishesWeighed(
            meeting=at_work.meeting,
            wish=wish.strip(),
            best_interests=best_interests.strip(),
            consulted=consulted.strip(),
            review_on=review_on,
            trusted_adult=trusted_adult.strip(),
            next_contact=next_contact.strip(),
            next_contact_at=next_contact_at,
        )
        (fact,) = at_work.add(detail, audience=at_work.circle, person_record_id=person_record_id)
        before = WishesWeighed.objects.filter(meeting=at_work.meeting, fact__person_record_id=person_record_id)
        for earlier in before.exclude(pk=fact.pk):
            at_work.settle("wishes-review", earlier.pk, fact)
            at_work.settle("child-next-contact", earlier.pk, fact)
        door = load_directory().contact("front-door", authority=at_work.matter.authority, on=clock.today())
        owner = (door.agency, door.team or "")
        by_evening = datetime.combine(review_on, time(17), tzinfo=clock.local(at_work.recording.recorded_at).tzinfo)
        at_work.owe("wishes-review", fact, owner, due_at=by_evening)
        if next_contact_at is not None:
            at_work.owe("child-next-contact", fact, owner, due_at=next_contact_at)
    return detail


def contact_made(
    worker: Worker, meeting_id: int, weighed_id: int, *, by_whom: str, at: datetime, note: str = ""
) -> ChildContacted:
    """Somebody came back to the child, as promised (C4)."""
    need(by_whom, "/by_whom", "Nobody is named.", "Write who was in touch with the child.")
    if at > clock.now():
        raise Refused("in-the-future", "/at", "That time has not come yet.", "Write when it was.")
    weighed = WishesWeighed.objects.select_related("fact").filter(pk=weighed_id, meeting_id=meeting_id).first()
    if weighed is None:
        raise NoSuchMeeting("There is no such wish here for you.")
    with sitting(worker, meeting_id, "contribute") as at_work:
        detail = ChildContacted(
            meeting=at_work.meeting, weighed=weighed, by_whom=by_whom.strip(), at=at, note=note.strip()
        )
        record = weighed.fact.person_record_id
        (fact,) = at_work.add(detail, audience=at_work.circle, person_record_id=record)
        at_work.settle("child-next-contact", weighed.pk, fact)
    return detail


def inform_parents(
    worker: Worker,
    meeting_id: int,
    *,
    what: str = "",
    by_whom: str = "",
    when_at: datetime | None = None,
    why_not_yet: str = "",
) -> None:
    """What parents are told, by whom and when; or why not yet (A4)."""
    if not what.strip():
        need(why_not_yet, "/why_not_yet", "Either say what parents are told, or why not yet.", "Write one of them.")
    with sitting(worker, meeting_id, "minute") as at_work:
        detail = ParentsInformed(
            meeting=at_work.meeting,
            what=what.strip(),
            by_whom=by_whom.strip(),
            when_at=when_at,
            why_not_yet=why_not_yet.strip(),
        )
        at_work.add(detail, audience=at_work.circle)
