"""Beginning a form about somebody and writing it: saved at every pause, shared by the team, nothing lost (design:
forms)."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import load_directory
from daras.duties.commands import Owed, open_duties
from daras.forms import keeping
from daras.forms.merging import Changes, put
from daras.forms.models import FormBegun, FormDraft
from daras.forms.naming import Naming, name_people
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.commands import lock, open_matter, random_reference
from daras.matters.models import Matter
from daras.people.models import PersonRecord
from daras.practice import Pack, load_pack, pack_for
from daras.practice.form_definitions import FormDefinition
from daras.working_time import clock
from daras.working_time.clocks import Clock

MATTER_KIND = "form"
TO_COMPLETE, REASON_OWED = "form-to-complete", "form-reason-owed"


def definition_of(form: str, pack: str, recorded: datetime) -> FormDefinition:
    """A form as it stood under a pack on the day of the record, so that old answers stay readable."""
    return load_pack(pack, clock.local_date(recorded)).forms[form]


def forms_for(worker: Worker, on_day: Pack | None = None) -> list[FormDefinition]:
    """The forms that a worker may fill in, by name."""
    pack = on_day or pack_for(clock.today())
    return sorted((form for form in pack.forms.values() if may_fill_in(worker, form)), key=lambda form: form.name)


def may_fill_in(worker: Worker, form: FormDefinition) -> bool:
    """Whether the form is for this role and this kind of agency."""
    if not policy.may(worker, "contribute"):
        return False
    kind = load_directory().agency_at_any_time(worker.agency).kind
    return (not form.roles or worker.role in form.roles) and (not form.agency_kinds or kind in form.agency_kinds)


def form_now(worker: Worker, form_id: str) -> FormDefinition:
    """The form in force today; raises `PermissionDenied` where it is not for this worker, `Refused` where there is
    none."""
    form = pack_for(clock.today()).forms.get(form_id)
    if form is None:
        raise Refused("no-such-form", "/form", "There is no such form today.", "Choose one of the list.")
    policy.require(worker, "contribute")
    if not may_fill_in(worker, form):
        raise PermissionDenied(f"“{form.name}” is filled in by others.")
    return form


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form belongs that goes with something else: its matter, who reads it, and whom it is about."""

    matter_id: int
    audience_id: int
    record_id: int


def begin(
    worker: Worker,
    form_id: str,
    *,
    subject: Mapping[str, Any],
    record_id: int | None = None,
    place: Place | None = None,
) -> FormDraft:
    """Begin a form about somebody: a record of the worker's own agency, or somebody named now; one that goes with a
    request is about whom that is about, and is read by both its sides.

    What is to be completed within a time is owed from now. Raises `PermissionDenied` or `Refused`.
    """
    record_id = place.record_id if place else record_id
    form = form_now(worker, form_id)
    _check_subject(worker, subject, record_id, place)
    pack, authority = pack_for(clock.today()), load_directory().agency(worker.agency, on=clock.today()).authority
    with machine():
        audience = place.audience_id if place else audiences.standing(audiences.agency_scope(worker.agency))
        matter = Matter.objects.get(pk=place.matter_id) if place else _own_matter(worker, audience, authority)
        recording = recording_for(worker, matter)
        held = {name: value for name, value in subject.items() if value}
        if record_id is None:
            naming = Naming(recording, matter.pk, audience, authority)
            (record_id,) = name_people(naming, [held])
        draft = FormDraft.objects.create(
            reference=random_reference("F"),
            form=form.id,
            form_version=form.version,
            pack=pack.id,
            agency=worker.agency,
            team=worker.team,
            matter=matter,
            body={"subject": {**held, "record": record_id}},
            begun_at=recording.recorded_at,
            saved_at=recording.recorded_at,
            saved_by=worker.name,
            audience_id=audience,
        )
        keeping.keep_version(draft, draft.body, worker)
        begun = FormBegun(reference=draft.reference, form=form.id, team=worker.team)
        (fact,) = append(recording, [Entry(begun, audience, person_record_id=record_id, matter_id=matter.pk)])
        if form.complete_within is not None:
            because = f"“{form.name}” was begun."
            owe(recording, draft, fact, kind=TO_COMPLETE, because=because, within=form.complete_within)
        note(worker, draft, "begun")
    return draft


def _own_matter(worker: Worker, audience: int, authority: str) -> Matter:
    """A form that goes with nothing has a matter of its own."""
    return open_matter(
        kind=MATTER_KIND, authority=authority, agency=worker.agency, audience_id=audience, opened_at=clock.now()
    )


def _check_subject(worker: Worker, subject: Mapping[str, Any], record_id: int | None, place: Place | None) -> None:
    """Somebody is named, or is a record of the worker's agency, or is whom the request is about. Raises `Refused`."""
    if record_id is None and not any(subject.get(name) for name in ("given_name", "family_name")):
        raise Refused("nobody-named", "/subject/given_name", "Nobody is named yet.", "Say whom it is about.")
    if record_id is None or place is not None:
        return
    if not PersonRecord.objects.filter(pk=record_id, agency=worker.agency).exists():
        raise Refused("no-such-person", "/subject", "This record is not your agency's.", "Look in your own records.")


def recording_for(worker: Worker, matter: Matter) -> Recording:
    """Lock the form's matter, for the worker's agency."""
    return lock([matter.pk], agency=worker.agency, author=worker.slug)


def owe(
    recording: Recording, draft: FormDraft, opened_by: Fact, *, kind: str, because: str, within: Clock | None = None
) -> None:
    """Owed by the team that fills the form in, by the form's own clock or by that of the kind of duty."""
    pack = pack_for(clock.local_date(recording.recorded_at))
    wanted = pack.duty(kind)
    owed = Owed(
        kind=kind,
        owner_agency=draft.agency,
        owner_team=draft.team,
        owner_role=None,
        about_record_ids=(draft.body["subject"]["record"],),
        anchor_at=recording.recorded_at,
        due_at=(within or wanted.clock).due(recording.recorded_at, pack.calendar),
        because=f"{because} {wanted.because}",
        source=wanted.cited,
        authority=wanted.authority,
        told=wanted.told,
        late_start=False,
        reference=draft.reference,
    )
    open_duties(recording, draft.matter, opened_by, [owed], pack=pack, audience_of=[draft.audience_id])


def save(worker: Worker, reference: str, *, shown: str, changes: Changes) -> tuple[FormDraft, keeping.Kept]:
    """Save what was typed, merged question by question with what others typed. Raises `Refused`."""
    with at_work(worker, reference) as draft:
        kept = keeping.keep(draft, worker, shown=shown, changes=changes)
        if kept.changed:
            note(worker, draft, "saved")
    return draft, kept


def add_person(worker: Worker, reference: str, question: str) -> str:
    """An empty place for one more person; returns its key."""
    with at_work(worker, reference) as draft:
        body = copy.deepcopy(draft.body)
        used = [int(key[1:]) for key in body.get("people", {}).get(question, {})]
        highest = max([*used, int(body.setdefault("highest", {}).get(question, 0))]) + 1
        body["highest"][question] = highest
        body.setdefault("people", {}).setdefault(question, {})[f"p{highest}"] = {}
        draft.body = body
        keeping.store(draft, body, worker)
    return f"p{highest}"


def remove_person(worker: Worker, reference: str, question: str, key: str) -> None:
    """Take somebody out of the form again, with every mention of them."""
    with at_work(worker, reference) as draft:
        body = copy.deepcopy(draft.body)
        body.get("people", {}).get(question, {}).pop(key, None)
        for asked, value in list(body.get("answers", {}).items()):
            if value == f"{question}.{key}":
                put(body, ("answers", asked), None)
        draft.body = body
        keeping.store(draft, body, worker)


@contextmanager
def at_work(worker: Worker, reference: str, *, completed_too: bool = False) -> Iterator[FormDraft]:
    """The draft of a reference, locked, under the machine role: if it is there for the worker who asks."""
    policy.require(worker, "contribute")
    if not FormDraft.objects.filter(reference=reference, agency=worker.agency).exists():
        raise Refused("no-such-draft", "", "There is no such form here for you.", "Look in your forms.")
    with machine():
        draft = FormDraft.objects.select_for_update(of=("self",)).select_related("matter").get(reference=reference)
        if draft.completed and not completed_too:
            raise Refused("completed-already", "", "This form is completed.", "Read it, or begin another.")
        yield draft


def note(worker: Worker, draft: FormDraft, what: str) -> None:
    """One entry in the trail."""
    trail.change(worker, "form", draft.reference, f"{draft.form}: {what}", matter_id=draft.matter_id)
