"""What stands around the referrals when the demonstration begins: flags and who shows them, forms, open afternoons, a
call to a parent, and a handover. Each is brought about by the function that its page calls, as whoever does it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.exchange.demonstration.between import Piece, moment, record_of, someone
from daras.exchange.demonstration.week import clock_at
from daras.flags.commands import raise_flag, report_shown, review
from daras.flags.models import FlagRaised, FlagReported
from daras.forms import completing, writing
from daras.forms.merging import Changes
from daras.forms.models import FormDraft
from daras.frontdoor import calling_parents
from daras.frontdoor.models import CallBooked, Document
from daras.hubs import afternoons
from daras.hubs.models import OpenAfternoon
from daras.matters.models import Matter
from daras.people.models import NameKnown, RecordPerson
from daras.safety import handing_over
from daras.safety.models import HandedOver
from daras.working_time import clock

#: What was begun just before the demonstration is loaded.
FORM_BEFORE, HANDED_BEFORE, BOOKED_BEFORE = timedelta(minutes=25), timedelta(minutes=12), timedelta(minutes=18)


def pieces(by: timedelta) -> Iterator[Piece]:
    """All of it, in the week that is so much later; what has just begun, shortly before now."""
    now = clock.now().replace(second=0, microsecond=0)
    yield Piece("flags", partial(_flags, by))
    yield Piece("what partners' systems show", partial(_shown, by))
    yield Piece("forms", partial(_forms, by, now))
    yield Piece("open afternoons", partial(_afternoons, by))
    yield Piece("calls to parents", partial(_calls, by, now))
    yield Piece("handover", partial(_handover, now))


def _flags(by: timedelta) -> None:
    """One on a child in care, one that has ended, and one that was raised with Julie's referral."""
    raised = moment("2026-10-05 09:40", by), "Two older young people wait for her after school. She asked us to help."
    _flag("anjali-menon", "hoskin/kayleigh", "exploitation", raised)
    raised = moment("2026-10-19 11:00", by), "He was not in school, and nobody knew where he was by day."
    ended = moment("2026-11-16 10:00", by), "He is in school every day again."
    _flag("anjali-menon", "tr15-16/child-3", "ask-front-door", raised, ended)
    julie = matter_of("julie")
    with machine():
        record = NameKnown.objects.get(fact__matter_id=julie.pk, given_name="Julie").fact.person_record_id
    raised = moment("2026-11-19 16:30", by), "Plan with us how she is asked: she speaks with signs and symbols."
    _flag("tamara-nance", record or 0, "ask-front-door", raised)


def _flag(
    slug: str, about: str | int, kind: str, raised: tuple[datetime, str], ended: tuple[datetime, str] | None = None
) -> None:
    """Raised, and perhaps ended, each at its time and with its reason."""
    worker = someone(slug)
    record = about if isinstance(about, int) else record_of(worker.agency, about)
    with machine():
        member = RecordPerson.objects.get(record_id=record)
        of_them = RecordPerson.objects.filter(person_id=member.person_id).values("record_id")
        if FlagRaised.objects.filter(flag_kind=kind, fact__person_record_id__in=of_them).exists():
            return
    with transaction.atomic():
        with clock_at(raised[0]), acting_as(worker):
            made = raise_flag(worker, kind=kind, number=member.number, reason=raised[1])
        if ended is not None:
            with clock_at(ended[0]), acting_as(worker):
                review(worker, made.reference, ends=True, reason=ended[1])


def _shown(by: timedelta) -> None:
    """The hospital still shows one that has ended, and the mental health trust what it should."""
    with machine():
        raised = [(each.nhs_number, each.flag_kind) for each in FlagRaised.objects.order_by("pk")]
    kayleigh, george, julie = raised[:3]
    _reports("helen-goldsworthy", [kayleigh, george], by)
    _reports("anjali-menon", [kayleigh, julie], by)


def _reports(slug: str, shown: list[tuple[str, str]], by: timedelta) -> None:
    worker = someone(slug)
    with machine():
        if FlagReported.objects.filter(agency=worker.agency).exists():
            return
    with clock_at(moment("2026-11-20 06:00", by)), acting_as(worker):
        report_shown(worker, shown)


def _forms(by: timedelta, now: datetime) -> None:
    """A school nurse's contact that is complete, one that a nurse of the emergency department has just begun, and a
    booking that a midwife has still to complete."""
    seen = moment("2026-11-16 11:00", by)
    _form("karensa-blewett", "school-nursing-contact", "tr15-05/child-3", seen + timedelta(hours=1), {
        ("occurred", "on"): clock.local_date(seen).isoformat(), ("occurred", "at"): "11:00",
        ("answers", "kind"): "seen",
        ("answers", "what"): "She sleeps better and has spoken with her mother. Seen again next Monday.",
        ("answers", "voice"): "“It is easier to talk here than at home.”",
    }, complete=True)  # fmt: skip
    _form("ines-carvalho", "midwifery-booking", "trudgeon/emily", moment("2026-11-20 10:00", by), {})
    _form("susan-petherick", "emergency-under-18", "tr15-02/child-2", now - FORM_BEFORE, {})


def _form(slug: str, form: str, key: str, at: datetime, said: Changes, *, complete: bool = False) -> None:
    worker = someone(slug)
    record = record_of(worker.agency, key)
    with machine():
        drafts = FormDraft.objects.filter(form=form, agency=worker.agency, body__subject__record=record)
        if drafts.exists():
            return
        names = NameKnown.objects.filter(fact__person_record_id=record).values("given_name", "family_name")
        named: Mapping[str, Any] = names.order_by("fact_id")[0]
    with clock_at(at), acting_as(worker):
        draft = writing.begin(worker, form, subject=named, record_id=record)
        if said:
            writing.save(worker, draft.reference, shown="1", changes=said)
        if complete:
            completing.complete(worker, draft.reference)


def _afternoons(by: timedelta) -> None:
    """One at the Early Help Hub, that two schools came to; one at the front door, to come."""
    past, came = moment("2026-11-12 13:30", by), ("demelza-trethowan", "ruth-hancock")
    made = _afternoon("keren-burrows", moment("2026-10-26 09:00", by), past, (*came, "simon-polglase"))
    if made is not None:
        hub = someone("keren-burrows")
        with clock_at(past + timedelta(hours=3)), acting_as(hub):
            afternoons.attended(hub, made.pk, came)
    _afternoon("colin-tresidder", moment("2026-11-16 09:00", by), moment("2026-12-03 13:30", by),
               ("karensa-blewett", "priya-nair"))  # fmt: skip


def _afternoon(slug: str, offered: datetime, starts: datetime, guests: Iterable[str]) -> OpenAfternoon | None:
    worker = someone(slug)
    if OpenAfternoon.objects.filter(agency=worker.agency, starts_at=starts).exists():
        return None
    with transaction.atomic():
        with clock_at(offered), acting_as(worker):
            made = afternoons.open_afternoon(worker, starts_at=starts, places=6)
        for each in map(someone, guests):
            with clock_at(offered + timedelta(days=1)), acting_as(each):
                afternoons.book(each, made.pk)
    return made


def _calls(by: timedelta, now: datetime) -> None:
    """Two to Julie's mother: one that was made, and the next."""
    matter, worker = matter_of("julie"), someone("bethan-oduya")
    with machine():
        if CallBooked.objects.filter(fact__matter_id=matter.pk).exists():
            return
        mother = NameKnown.objects.get(fact__matter_id=matter.pk, given_name="Tamsin").fact.person_record_id or 0
    with transaction.atomic():
        booked = moment("2026-11-19 15:40", by)
        with clock_at(booked), acting_as(worker):
            made = _book(worker, matter, mother, "What happens next, and who comes.")
        with clock_at(made.at + timedelta(minutes=15)), acting_as(worker):
            said = "“She asks for her picture book. Please bring somebody who can sign.”"
            calling_parents.end(worker, matter.reference, made.pk, outcome="spoken", words=said)
        with clock_at(now - BOOKED_BEFORE), acting_as(worker):
            _book(worker, matter, mother, "When the interview is, and who interprets.")


def _book(worker: Worker, matter: Matter, parent: int, note: str) -> CallBooked:
    """At the first time that is free."""
    at = calling_parents.slots(matter.authority, clock.now())[0].at
    return calling_parents.book(
        worker, matter.reference, person_record_id=parent, at=at, telephone="01632 960114", note=note
    )


def _handover(now: datetime) -> None:
    """Julie's matter waits for whoever works next to accept it by name."""
    matter, worker = matter_of("julie"), someone("bethan-oduya")
    with machine():
        if HandedOver.objects.filter(fact__matter_id=matter.pk).exists():
            return
    note = "The ward rings when she may go home. Her mother expects our call."
    with clock_at(now - HANDED_BEFORE), acting_as(worker):
        handing_over.hand_over(worker, [handing_over.Item(matter.reference, ("owed",), note)])


def matter_of(name: str) -> Matter:
    """The matter of one of the example referrals."""
    with machine():
        document = Document.objects.select_related("matter").get(idempotency_key=f"demonstration:{name}.json")
    return document.matter
