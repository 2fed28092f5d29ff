"""Forms as they are filled in: nothing is lost, nothing is required that cannot be left with a reason, and what is
answered is a fact (A3, F1 to F7)."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.duties.models import DutyState
from daras.forms import completing, queries, writing
from daras.forms.merging import Changes
from daras.forms.models import AnswerChoice, AnswerMissing, AnswerPerson, FormCompleted, FormDraft
from daras.forms.tests.conftest import FrontLine
from daras.frontdoor.models import IndicatorMet, ReferralReceived
from daras.ledger.refusal import Refused
from daras.people.models import RelationshipKnown

pytestmark = pytest.mark.django_db
#: An adult who drank and was brought in, who sees a sister's children.
DEAN = {"given_name": "Dean", "family_name": "Hocking", "date_of_birth": "1991-09-30", "role": "adult"}
TODAY: Changes = {("occurred", "on"): "2026-11-24", ("occurred", "at"): "14:30"}
ADULT: Changes = {
    **TODAY,
    ("answers", "behaviour"): ["substances"],
    ("answers", "what-was-seen"): "He had drunk a great deal and was angry.",
    ("answers", "own-children"): "none",
    ("answers", "siblings"): "sees",
    ("answers", "partners-children"): "none",
    ("answers", "work"): "no",
    ("answers", "adult-at-risk"): "no",
}


def written(worker: Worker, form: str, subject: dict[str, str], changes: Changes) -> FormDraft:
    """A form is begun and saved."""
    with acting_as(worker):
        draft = writing.begin(worker, form, subject=subject)
        draft, _ = writing.save(worker, draft.reference, shown="1", changes=changes)
    return draft


def completed(worker: Worker, draft: FormDraft) -> FormCompleted:
    with acting_as(worker):
        return completing.complete(worker, draft.reference)


def owed(worker: Worker) -> list[str]:
    """What the worker's team owes."""
    with acting_as(worker):
        rows = DutyState.objects.select_related("duty").filter(
            owner_agency=worker.agency, owner_team=worker.team, met_at__isnull=True
        )
        return sorted(row.duty.duty_kind for row in rows)


def test_an_adult_who_sees_a_siblings_children_is_news_for_the_front_door(front_line: FrontLine) -> None:
    """F1: given an adult brought to the emergency department drunk who sees a sister's child, when the nurse completes
    the form, then each answer is a row of its own kind, the child is a person tied to the adult, and the front door has
    news about the child."""
    child = {
        "given_name": "Toby",
        "family_name": "Hosken",
        "date_of_birth": "2019",
        "role": "child",
        "relation": "nephew",
    }
    people: Changes = {("people", "children", "p1", name): value for name, value in child.items()}
    draft = written(front_line.nurse, "emergency-adult", DEAN, {**ADULT, **people})
    assert owed(front_line.nurse) == ["form-to-complete"]
    form = completed(front_line.nurse, draft)
    assert (form.asked, form.answered, form.to_front_door, form.late) == (7, 7, True, False)
    assert "form-to-complete" not in owed(front_line.nurse)
    with acting_as(front_line.nurse):
        assert AnswerChoice.objects.get(form=form, question="siblings").value == ["sees"]
        named = AnswerPerson.objects.get(form=form, question="children")
        assert RelationshipKnown.objects.filter(
            fact__person_record_id=named.person_record, relation="nephew", other_record_id=form.fact.person_record_id
        ).exists()
    with acting_as(front_line.manager):
        news = ReferralReceived.objects.select_related("document").get()
        assert news.news_kind == "notice"
        assert news.document.body["concerns"][0]["about"] == ["children-p1"]
        assert news.document.idempotency_key == f"form:{form.reference}"


def test_no_question_about_contact_is_skipped_without_a_reason(front_line: FrontLine) -> None:
    """F1: given a question about children that was not asked, then the form is not completed without a reason, nothing
    is lost, and with one it is; "n/a" is no reason."""
    changes = {path: value for path, value in ADULT.items() if path != ("answers", "siblings")}
    draft = written(front_line.nurse, "emergency-adult", DEAN, changes)
    with pytest.raises(Refused) as refused:
        completed(front_line.nurse, draft)
    assert (refused.value.code, refused.value.pointer) == ("not-answered", "/answers/siblings")
    for reason, stops in (("n/a", True), ("He was asleep when he left.", False)):
        with acting_as(front_line.nurse):
            now = FormDraft.objects.get(reference=draft.reference)
            reasons: Changes = {("not_asked", "siblings"): reason}
            writing.save(front_line.nurse, draft.reference, shown=str(now.version), changes=reasons)
        if stops:
            with pytest.raises(Refused) as refused:
                completed(front_line.nurse, draft)
            assert refused.value.code == "no-reason"
    form = completed(front_line.nurse, draft)
    assert (form.asked, form.answered, form.reasoned) == (7, 6, 1)
    with acting_as(front_line.nurse):
        assert AnswerMissing.objects.get(form=form).reason == "He was asleep when he left."


def test_a_reason_may_follow_and_is_owed_until_it_does(front_line: FrontLine) -> None:
    """F1, F2: given required questions left with "reason later", then the form is completed at once, the reasons are
    owed by the team, and giving the last of them meets that."""
    left = {("answers", "siblings"), ("answers", "work")}
    changes = {path: value for path, value in ADULT.items() if path not in left}
    later: Changes = {("later", "siblings"): True, ("later", "work"): True}
    draft = written(front_line.nurse, "emergency-adult", DEAN, {**changes, **later})
    form = completed(front_line.nurse, draft)
    assert owed(front_line.nurse) == ["form-reason-owed"]
    with acting_as(front_line.colleague):
        assert completing.give_reasons(front_line.colleague, form.reference, {"siblings": "He would not say."}) == 1
    assert owed(front_line.nurse) == ["form-reason-owed"]
    with acting_as(front_line.nurse):
        assert completing.give_reasons(front_line.nurse, form.reference, {"work": "Not asked: he slept."}) == 0
    assert owed(front_line.nurse) == []


def test_two_nurses_on_one_form_see_both_texts(front_line: FrontLine) -> None:
    """F1: given two nurses who write into one form at once, then each question is merged on its own, and where both
    wrote into one, the first stands and the second is kept beside it."""
    with acting_as(front_line.nurse):
        draft = writing.begin(front_line.nurse, "emergency-adult", subject=DEAN)
        one: Changes = {("answers", "work"): "no", ("answers", "what-was-seen"): "He was angry."}
        writing.save(front_line.nurse, draft.reference, shown="1", changes=one)
    with acting_as(front_line.colleague):
        other: Changes = {("answers", "own-children"): "none", ("answers", "what-was-seen"): "He wept."}
        draft, kept = writing.save(front_line.colleague, draft.reference, shown="1", changes=other)
    assert kept.others_wrote
    assert draft.body["answers"] == {"work": "no", "what-was-seen": "He was angry.", "own-children": "none"}
    assert draft.set_aside == {"answers/what-was-seen": {"by": "Jory Bray", "typed": "He wept."}}


def test_a_vist_says_what_the_child_says_or_why_not(front_line: FrontLine) -> None:
    """A3: given a ViST in which the voice of the child is "N/A", then it is refused and says how to mend it; without a
    reason too; with the child's words it is news of the grade chosen."""
    ella = {"given_name": "Ella", "family_name": "Rowe", "date_of_birth": "2016-04-02", "role": "child"}
    said: Changes = {
        **TODAY,
        ("answers", "grade"): "amber",
        ("answers", "category"): "domestic-abuse",
        ("answers", "what-happened"): "A neighbour called: shouting.",
        ("not_asked", "others"): "Nobody else was at home.",
        ("answers", "told"): "yes",
        ("answers", "voice"): "N/A",
    }
    draft = written(front_line.officer, "vist", ella, said)
    with pytest.raises(Refused) as refused:
        completed(front_line.officer, draft)
    assert refused.value.code == "voice-placeholder"
    with acting_as(front_line.officer):
        changes: Changes = {("answers", "voice"): "I hid under the bed."}
        writing.save(front_line.officer, draft.reference, shown="2", changes=changes)
    completed(front_line.officer, draft)
    with acting_as(front_line.manager):
        news = ReferralReceived.objects.select_related("document").get()
        assert (news.news_kind, news.grade) == ("vist", "amber")
        assert news.document.body["voice_of_child"] == {"subject": {"text": "I hid under the bed."}}
        assert IndicatorMet.objects.filter(indicator="red-or-amber-vist").exists()


def test_three_green_vists_by_form_count_for_the_person_and_the_home(
    front_line: FrontLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A3: given three green ViSTs in three months about people of one home, then the third says so to the front
    door."""
    home = {"street": "4 Bassett Row", "town": "Redruth", "postcode": "TR15 2AA", "role": "child"}
    born = {"Ella": "2016-04-02", "Toby": "2018-01-05", "Sam": "2012-07-19"}
    for place, (name, day) in enumerate(born.items()):
        monkeypatch.setenv("DARAS_NOW", f"2026-11-{24 + place}T16:00:00+00:00")
        subject = {"given_name": name, "family_name": "Rowe", "date_of_birth": day, **home}
        others = {"given_name": "Ella", "family_name": "Rowe", "date_of_birth": born["Ella"], "role": "child"}
        said: Changes = {
            ("occurred", "on"): f"2026-11-{24 + place}",
            ("answers", "grade"): "green",
            ("answers", "category"): "neglect",
            ("answers", "what-happened"): f"The house was cold ({place}).",
            ("answers", "told"): "yes",
            ("not_asked", "voice"): "Asleep.",
            **{("people", "others", "p1", key): value for key, value in others.items()},
            ("people", "others", "p1", "lives_in_home"): True,
        }
        completed(front_line.officer, written(front_line.officer, "vist", subject, said))
    with acting_as(front_line.manager):
        assert ReferralReceived.objects.filter(grade="green").count() == 3
        assert "3 green ViSTs" in IndicatorMet.objects.filter(indicator="three-green-vists").latest("pk").why


def test_a_late_entry_asks_why(front_line: FrontLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """F7: given a school nurse's contact recorded four working days after it happened, then it asks why, keeps both
    times, and counts as late."""
    child = {"given_name": "Mark", "family_name": "Penrose", "date_of_birth": "2014-05-14", "role": "child"}
    said: Changes = {
        ("occurred", "on"): "2026-11-18",
        ("answers", "kind"): "telephone",
        ("answers", "what"): "Sleep, school and breakfast.",
        ("answers", "voice"): "I would like to sleep at my nan's.",
    }
    draft = written(front_line.school_nurse, "school-nursing-contact", child, said)
    with pytest.raises(Refused) as refused:
        completed(front_line.school_nurse, draft)
    assert (refused.value.code, refused.value.pointer) == ("late-unexplained", "/occurred/late_because")
    with acting_as(front_line.school_nurse):
        changes: Changes = {("occurred", "late_because"): "The system was down."}
        writing.save(front_line.school_nurse, draft.reference, shown="2", changes=changes)
    form = completed(front_line.school_nurse, draft)
    assert (form.late, form.late_because) == (True, "The system was down.")
    with acting_as(front_line.school_nurse):
        fact = form.fact
        assert fact.occurred_from is not None
        assert (fact.recorded_at - fact.occurred_from).days == 6


def test_answers_prompt_the_exploitation_tool_and_its_completion_meets_that(front_line: FrontLine) -> None:
    """F2, F4: given a girl in the emergency department who goes missing, then the team owes the exploitation tool; a
    nurse fills it in without any referral; its score suggests and the duty is met."""
    kerra = {"given_name": "Kerra", "family_name": "Nance", "date_of_birth": "2011-02-03", "role": "child"}
    emergency: Changes = {
        **TODAY,
        ("not_asked", "came-with"): "She came alone.",
        ("answers", "responsible"): "Her mother.",
        ("answers", "school"): "Pool Academy",
        ("answers", "social-worker"): "none",
        ("answers", "story"): "She fell on the stairs.",
        ("answers", "fits"): "yes",
        ("answers", "came-late"): "no",
        ("answers", "came-before"): "2",
        ("answers", "voice"): "It was an accident.",
        ("answers", "alone"): "yes",
        ("answers", "exploitation"): ["missing", "gifts"],
        ("answers", "worry"): "no",
    }
    completed(front_line.nurse, written(front_line.nurse, "emergency-under-18", kerra, emergency))
    assert owed(front_line.nurse) == ["start-exploitation-tool"]
    tool: Changes = {
        **TODAY,
        ("answers", "missing"): "once",
        ("answers", "who-with"): ["peers"],
        ("answers", "things"): "some",
        ("answers", "health"): ["substances"],
        ("answers", "fear"): "no",
        ("answers", "voice"): "Leave me alone.",
        ("answers", "worry"): "no",
        ("answers", "why"): "Watch and see her again next week.",
    }
    form = completed(front_line.nurse, written(front_line.nurse, "exploitation", kerra, tool))
    assert (form.score, form.band, form.to_front_door) == (5, "some signs", False)
    assert owed(front_line.nurse) == []


def test_who_fills_it_in_and_who_reads_it(front_line: FrontLine) -> None:
    """F1, G4: given a form of the emergency department, then a teacher may not begin one, another agency sees neither
    the draft nor the answers, and a colleague sees both."""
    with acting_as(front_line.outsider), pytest.raises(PermissionDenied):
        writing.begin(front_line.outsider, "emergency-adult", subject=DEAN)
    draft = written(front_line.nurse, "emergency-adult", DEAN, {**ADULT, ("answers", "siblings"): "none"})
    with acting_as(front_line.outsider):
        assert queries.draft_of(front_line.outsider, draft.reference) is None
        with pytest.raises(Refused):
            writing.save(front_line.outsider, draft.reference, shown="1", changes={})
    form = completed(front_line.nurse, draft)
    for somebody, sees in ((front_line.colleague, True), (front_line.outsider, False), (front_line.manager, False)):
        with acting_as(somebody):
            assert (queries.answered(form.reference) is not None) is sees
            assert AnswerChoice.objects.exists() is sees
    with machine():
        assert ReferralReceived.objects.count() == 0  # no contact with a child: it reaches nobody
