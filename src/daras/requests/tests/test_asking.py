"""One agency asks another: by its clock, seen from both sides, and nobody else's (A8 to H2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry, Worker
from daras.access.session import acting_as, machine
from daras.agencies import Owner
from daras.duties.chasing import sweep
from daras.duties.models import DutyPaused, DutyState
from daras.duties.releasing import release
from daras.frontdoor.intake import receive
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.measures.counting import measures_of
from daras.outbox.models import Notice
from daras.pages.tests.partnership import REFERRALS
from daras.practice import pack_for
from daras.requests import commands
from daras.requests.asking import Asking, addressees, ask, kinds_for
from daras.requests.models import RequestMade, RequestState
from daras.requests.queries import Story, asked_by, asked_of, request, untrue_projections
from daras.requests.tests.conftest import Sides
from daras.working_time import clock

pytestmark = pytest.mark.django_db
JORY = {"given_name": "Jory", "family_name": "Keast", "date_of_birth": "2012-04-02", "role": "child"}
MARU = Owner("cornwall-childrens-services", "maru")


def made_by(worker: Worker, kind: str, **said: object) -> RequestMade:
    asking = {"to": None, "asks": "What is known since June?", "subject": JORY, **said}
    with acting_as(worker):
        return ask(worker, kind, Asking(**asking))  # type: ignore[arg-type]


def seen_by(worker: Worker, reference: str) -> Story | None:
    with acting_as(worker):
        return request(reference)


def owed(reference: str) -> dict[str, DutyState]:
    """What is owed on a request now, by kind of duty."""
    with machine():
        rows = DutyState.objects.select_related("duty").filter(duty__reference=reference, met_at__isnull=True)
        return {row.duty.duty_kind: row for row in rows}


def told(agency: str) -> list[str]:
    with machine():
        return list(Notice.objects.filter(receiver__agency=agency).order_by("pk").values_list("kind", flat=True))


def test_probation_asks_for_a_court_and_both_sides_see_where_it_stands(sides: Sides) -> None:
    """A12: given a court date, when probation asks the front door with its lawful basis, then the front door's queue
    has it by a clock, its answer is with probation, nothing is owed, and a school sees none of it."""
    made = made_by(sides.probation, "court-allocation", to=MARU, basis="court")
    with acting_as(sides.manager):
        assert [row.request.reference for row in asked_of(sides.manager)] == [made.reference]
    with acting_as(sides.outsider):
        assert list(asked_of(sides.outsider)) == []
        assert request(made.reference) is None
        with pytest.raises(commands.NoSuchRequest):
            commands.acknowledge(sides.outsider, made.reference)
    due = owed(made.reference)["request-court-allocation-answer"]
    assert (due.owner_agency, clock.local(due.due_at).strftime("%a %H:%M")) == (MARU.agency, "Wed 17:15")
    assert "asked" in told(MARU.agency)
    with acting_as(sides.manager):
        commands.answer(sides.manager, made.reference, stage="answer", outcome="given", words="Known since 2019.")
    found = seen_by(sides.probation, made.reference)
    assert found is not None
    assert (found.state.status, found.events[-1].words) == ("ended", "Known since 2019.")
    assert owed(made.reference) == {}
    assert "request-answered" in told("probation-service")
    with machine():
        deeds = TrailEntry.objects.filter(subject_kind="request", subject_id=made.reference)
        assert [each.actor for each in deeds.order_by("pk")] == ["probation", "manager"]
        assert untrue_projections() == []


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"basis": ""}, "/basis"),
        ({"asks": "  "}, "/asks"),
        ({"to": None}, "/to"),
        ({"to": Owner("jigsaw", "children")}, "/to"),
        ({"to": Owner("nobody", "none")}, "/to"),
        ({"subject": {}}, "/about"),
        ({"record_id": 999_999}, "/about"),
        ({"urgency": "soon"}, "/urgency"),
        ({"matter": "D-0000-0000"}, "/matter"),
        ({"service": "jigsaw"}, "/service"),
    ],
)
def test_what_is_missing_is_refused_by_name_and_nothing_is_half_done(
    sides: Sides, said: dict[str, object], pointer: str
) -> None:
    """A12: given a request without something it needs, then it is refused at that field, and nothing is recorded."""
    with pytest.raises(Refused) as refused:
        made_by(sides.probation, "court-allocation", **{"to": MARU, "basis": "court", **said})
    assert refused.value.pointer == pointer
    with machine():
        assert not RequestMade.objects.exists()
        assert not Matter.objects.exists()


def test_a_kind_is_for_those_the_pack_says(sides: Sides) -> None:
    """A12: given what only probation asks, then nobody else is offered it or may ask it."""
    with acting_as(sides.hub):
        assert "court-allocation" not in {kind.id for kind in kinds_for(sides.hub)}
        with pytest.raises(PermissionDenied):
            ask(sides.hub, "court-allocation", Asking(to=MARU, asks="x", subject=JORY, basis="court"))


def test_asking_back_stops_the_clock_and_saying_more_starts_it(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    """A12: given a request that says too little, when the front door asks back, then its clock stands still and says
    so, probation owes an answer; two hours later it is said, and the clock runs on later by those two hours."""
    made = made_by(sides.probation, "court-allocation", to=MARU, basis="court", urgency="urgent")
    kind = "request-court-allocation-answer-urgent"
    before = owed(made.reference)[kind].due_at
    with acting_as(sides.manager):
        commands.ask_back(sides.manager, made.reference, question="Which court?")
    assert owed(made.reference)[kind].paused
    assert owed(made.reference)["request-court-allocation-say-more"].owner_agency == "probation-service"
    with machine():
        assert DutyPaused.objects.get().reason == "Asked back: Which court?"
    monkeypatch.setenv("DARAS_NOW", (clock.now() + timedelta(hours=2)).isoformat())
    with acting_as(sides.probation):
        commands.say_more(sides.probation, made.reference, words="Truro.")
        with pytest.raises(Refused, match="Nothing was asked back"):
            commands.say_more(sides.probation, made.reference, words="Truro.")
    after = owed(made.reference)
    assert set(after) == {kind}
    assert not after[kind].paused
    assert after[kind].due_at - before == timedelta(hours=2)


def test_nobody_answers_and_it_is_chased_then_the_lead_is_told(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    """A12: given a request nobody answers, then the sweep chases it, whoever asked may chase and escalate it, and the
    safeguarding lead of the other agency is told."""
    made = made_by(sides.probation, "court-allocation", to=MARU, basis="court")
    with acting_as(sides.probation):
        commands.chase(sides.probation, made.reference)
        commands.chase(sides.probation, made.reference)
        with pytest.raises(Refused):
            commands.escalate(sides.probation, made.reference, words=" ")
        commands.escalate(sides.probation, made.reference, words="The court sits on Thursday.")
    assert told(MARU.agency).count("chased") == 1
    assert told(MARU.agency).count("escalated") == 1
    later = clock.now() + timedelta(days=2)
    monkeypatch.setenv("DARAS_NOW", later.isoformat())
    assert sweep(later) == 1
    found = seen_by(sides.manager, made.reference)
    assert found is not None
    assert [event.kind for event in found.events] == ["request-chased", "request-escalated"]


def test_a_sweep_takes_many_in_as_many_statements_as_one(sides: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    """A12: given a request that is due, when the sweep takes it, then it records and tells a batch in as many
    statements as one: twelve more duties cost no statement more."""
    counted = []
    for more in (1, 12):
        for number in range(more):
            made_by(sides.probation, "court-allocation", to=MARU, basis="court", asks=f"{more} {number}?")
        later = clock.now() + timedelta(days=2)
        with CaptureQueriesContext(connection) as captured:
            assert sweep(later) == more
        counted.append(len(captured))
    assert counted[1] <= counted[0]


def test_a_request_is_declined_with_a_reason_and_only_once(sides: Sides) -> None:
    """A12, C7: given a police request for notes of therapy, which is a kind of its own, when the therapist declines it
    with a reason, then it is over, and nothing more can be said of it."""
    made = made_by(sides.detective, "therapy-notes", to=Owner("jigsaw", "children"), basis="law-enforcement")
    assert made.fact.regime == "law-enforcement"
    with acting_as(sides.therapist):
        with pytest.raises(Refused) as refused:
            commands.decline(sides.therapist, made.reference, why="", words="No.")
        assert refused.value.pointer == "/why"
        commands.decline(sides.therapist, made.reference, why="child-objects", words="She does not want it.")
        with pytest.raises(Refused, match="This request is over"):
            commands.acknowledge(sides.therapist, made.reference)
    with acting_as(sides.detective), pytest.raises(PermissionDenied):
        commands.decline(sides.detective, made.reference, why="child-objects", words="x")
    assert owed(made.reference) == {}


def test_the_same_key_is_the_same_request(sides: Sides) -> None:
    """A12: given a system that sends again under the same key, then there is one request; another under it is
    refused."""
    once = made_by(sides.probation, "court-allocation", to=MARU, basis="court", key="k1")
    again = made_by(sides.probation, "court-allocation", to=MARU, basis="court", key="k1")
    assert once.pk == again.pk
    with pytest.raises(Refused, match="another request"):
        made_by(sides.probation, "court-allocation", to=MARU, basis="court", key="k1", asks="Another thing.")


def test_an_adviser_begins_is_taken_up_and_ends_without_content(sides: Sides) -> None:
    """C7, H2: given a child offered an adviser, then acceptance, take-up and how it ended are each owed, by clocks of
    their own, and each is said by a choice; what is spoken of is asked nowhere."""
    made = made_by(sides.detective, "independent-adviser")
    assert made.to_agency == "child-isva-service"
    steps = [
        ("answer", "accepted", "She hopes for company at court."),
        ("begins", "taken-up", ""),
        ("ends", "goals-met", ""),
    ]
    for place, (stage, outcome, words) in enumerate(steps):
        assert f"request-independent-adviser-{stage}" in owed(made.reference)
        with acting_as(sides.adviser):
            commands.answer(sides.adviser, made.reference, stage=stage, outcome=outcome, words=words)
        found = seen_by(sides.detective, made.reference)
        assert found is not None
        assert found.state.status == ("ended" if place == len(steps) - 1 else "under-way")
    with acting_as(sides.detective):
        assert list(asked_by(sides.detective)) == []


def test_what_is_not_as_asked_needs_words_and_a_stage_is_ended_once(sides: Sides) -> None:
    """C7, H2: given a service offered and not wanted, then it says so in words; a stage that is past cannot be ended
    again, and a day to come is refused."""
    made = made_by(sides.manager, "therapy", to=Owner("jigsaw", "children"))
    with acting_as(sides.therapist):
        commands.answer(sides.therapist, made.reference, stage="answer", outcome="accepted", words="From January.")
        with pytest.raises(Refused) as refused:
            commands.answer(sides.therapist, made.reference, stage="begins", outcome="not-wanted", words="")
        assert refused.value.pointer == "/words"
        with pytest.raises(Refused, match="meanwhile"):
            commands.answer(sides.therapist, made.reference, stage="answer", outcome="accepted", words="Again.")
        tomorrow = clock.today() + timedelta(days=1)
        with pytest.raises(Refused) as refused:
            commands.answer(
                sides.therapist, made.reference, stage="begins", outcome="taken-up", words="x", on_day=tomorrow
            )
        assert refused.value.pointer == "/on_day"


def test_an_urgent_placement_has_its_own_clock_and_goes_up_when_none_is_found(
    sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D8: given a young person who must leave home today, when the placement is asked for urgently, then it is due in
    eight hours, chased, and told to the safeguarding lead, then to the commissioner, while nobody answers."""
    made = made_by(sides.manager, "placement", urgency="urgent")
    kind = "request-placement-answer-urgent"
    assert owed(made.reference)[kind].due_at - clock.now() == timedelta(hours=8)
    begun = clock.now()
    assert "escalated" not in told("cornwall-integrated-care-board")
    for after in (timedelta(hours=9), timedelta(days=2), timedelta(days=8)):
        monkeypatch.setenv("DARAS_NOW", (begun + after).isoformat())
        sweep(begun + after)
    assert told("cornwall-childrens-services").count("chased") >= 2  # the team, then the safeguarding lead
    assert "escalated" in told("cornwall-integrated-care-board")


def test_two_services_agree_who_does_what_for_one_young_person(sides: Sides) -> None:
    """F5: given a young person whom sexual health and mental health both know, when the clinic asks for liaison, then
    mental health answers what is agreed, and both look at it again after four weeks."""
    made = made_by(sides.clinic, "liaison", to=Owner("cornwall-partnership-trust", "camhs"), basis="agreement")
    with acting_as(sides.camhs):
        commands.answer(sides.camhs, made.reference, stage="answer", outcome="agreed", words="We see her together.")
    assert "request-liaison-review" in owed(made.reference)
    assert seen_by(sides.yos, made.reference) is None


def test_a_missing_childs_return_interview_is_due_in_72_hours(sides: Sides) -> None:
    """F5: given a child who was missing and is found, when the police tell the hub, then the interview is due 72 hours
    later, through the weekend."""
    made = made_by(sides.neighbourhood, "return-interview")
    assert owed(made.reference)["request-return-interview-answer"].due_at - clock.now() == timedelta(hours=72)


def test_the_police_notice_and_the_intermediary_meet_what_the_pack_owes(sides: Sides) -> None:
    """C5, C6: given Julie's matter, in which an intermediary and a notice to youth justice are owed by the police, when
    the police ask and tell, then those duties are met by it, and the assessment by the last answer."""
    assert receive((REFERRALS / "julie.json").read_bytes(), file="julie").problem is None
    with machine():
        release(Matter.objects.all(), by="test")
        states = DutyState.objects.select_related("duty").filter(met_at__isnull=True)
        waiting = {state.duty.duty_kind: state for state in states if state.owner_team == sides.detective.team}
    asked = waiting["intermediary-request"]
    made = made_by(sides.detective, "intermediary", subject={}, duty_id=asked.pk)
    told_yos = made_by(
        sides.detective,
        "youth-justice-notice",
        subject={},
        duty_id=waiting["youth-justice-notice"].pk,
        basis="law-enforcement",
    )
    with acting_as(sides.intermediary):
        commands.answer(sides.intermediary, made.reference, stage="answer", outcome="matched", words="Bryher Nance.")
        commands.answer(sides.intermediary, made.reference, stage="assessed", outcome="assessed", words="")
    with machine():
        met = {
            state.duty.duty_kind
            for state in DutyState.objects.select_related("duty").filter(
                pk__in=[each.pk for each in waiting.values()], met_at__isnull=False
            )
        }
        assert {"intermediary-request", "intermediary-assessment", "youth-justice-notice"} <= met
    assert seen_by(sides.yos, told_yos.reference) is not None
    assert seen_by(sides.yos, made.reference) is None


def test_a_case_is_given_to_a_practitioner_of_the_team(sides: Sides) -> None:
    """F8: given a request that mental health accepts, when it is given to a practitioner with how the service sees its
    risk, then it is theirs; to somebody of another team it cannot be given."""
    made = made_by(sides.hub, "mental-health")
    with acting_as(sides.camhs):
        commands.allocate(sides.camhs, made.reference, to="camhs", risk="high")
        with pytest.raises(Refused, match="Nobody of your team"):
            commands.allocate(sides.camhs, made.reference, to="yos", risk="high")
        with pytest.raises(Refused, match="how you see the risk"):
            commands.allocate(sides.camhs, made.reference, to="camhs", risk="none")
    with machine():
        row = RequestState.objects.get()
        assert (row.worker, row.risk) == ("camhs", "high")


def test_every_kind_of_the_pack_runs_to_its_end_with_no_code_of_its_own(sides: Sides) -> None:
    """A8, A12, B6, C5, C6, C7, D8, F5, H2: given every kind of request of the practice pack, when it is asked and each
    stage is answered with its first outcome, then it ends, nothing is owed any more, and every stage was a duty with a
    measure of its own."""
    pack = pack_for(clock.today())
    people = {(each.agency, each.team): each for each in (getattr(sides, seat) for seat in Sides.__slots__)}
    with machine():
        everybody = dict(people)
    measures = measures_of(pack)
    for kind in pack.requests.values():
        asker = next(
            each for each in (sides.probation, sides.detective, sides.hub, sides.manager) if may(each, kind.id)
        )
        to = next(each for each in addressees(kind, "908") if (each.agency, each.team) != (asker.agency, asker.team))
        key = (to.agency, to.team or "")
        if key not in everybody:
            with machine():
                everybody[key] = Worker.objects.create(
                    slug=f"w{len(everybody)}", email=f"w{len(everybody)}@workers.example", name="Somebody",
                    agency=to.agency, team=to.team or "", role="adviser",
                )  # fmt: skip
        made = made_by(asker, kind.id, to=to, basis=kind.bases[0].id if kind.bases else "")
        worker = everybody[key]
        found = seen_by(worker, made.reference)
        while found is not None and found.state.stage:
            stage = kind.stage(found.state.stage)
            assert kind.duty(stage.id) in owed(made.reference)
            assert f"duty-{kind.duty(stage.id)}" in measures
            with acting_as(worker):
                commands.answer(worker, made.reference, stage=stage.id, outcome=stage.outcomes[0].id, words="So.")
            found = seen_by(worker, made.reference)
        assert found is not None, kind.id
        assert (found.state.status, owed(made.reference)) == ("ended", {}), kind.id


def may(worker: Worker, kind: str) -> bool:
    with acting_as(worker):
        return kind in {each.id for each in kinds_for(worker)}
