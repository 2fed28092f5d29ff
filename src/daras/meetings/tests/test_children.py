"""A medical with consent and result, the account planned, the next contact: for each child (B6, C4, G5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from daras.access.models import Worker
from daras.access.session import machine
from daras.duties.models import DutyState
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.meetings import children
from daras.meetings.models import MedicalDecided, MeetingCalled
from daras.meetings.tests.conftest import record_of, seen_by, through
from daras.people.models import NameKnown, PersonInMatter
from daras.safety import protecting
from daras.working_time import clock

Workers = dict[str, Worker]


def is_owed(kind: str) -> bool:
    with machine():
        return DutyState.objects.filter(duty__duty_kind=kind, met_at__isnull=True).exists()


def decide(workers: Workers, meeting: MeetingCalled, **changes: str) -> MedicalDecided:
    health, alex = workers["health"], record_of("Alex")
    said = {"medical": "forensic", "reason": "Days ago.", "consent_basis": "parental-responsibility", **changes}
    return through(health, lambda: children.decide_medical(health, meeting.pk, alex, **said))


def test_consent_is_by_somebody_who_holds_it(convened: MeetingCalled, workers: Workers) -> None:
    """G5, B6: given an examination, then a holder on record consents as she is; somebody else needs the evidence
    seen; the child who decides, why; and whoever is suspected does not consent."""
    with machine():
        part = PersonInMatter.objects.filter(part="suspect").select_related("fact").first()
        assert part is not None
        suspect = NameKnown.objects.filter(fact__person_record_id=part.fact.person_record_id)[0]
        suspected = f"{suspect.given_name} {suspect.family_name}"
    with pytest.raises(Refused, match="Nobody has recorded"):
        decide(workers, convened, consent_by="A Neighbour")
    with pytest.raises(Refused, match="suspected"):
        decide(workers, convened, consent_by=f"{suspected}, at home", consent_evidence="Birth certificate")
    with pytest.raises(Refused, match="explained"):
        decide(workers, convened, consent_by="Alex", consent_basis="competent-child")
    with pytest.raises(Refused, match="Nothing of the list"):
        decide(workers, convened, consent_by="Alex", consent_basis="")
    decide(workers, convened, consent_by="Kerra Tregear, mother")
    decide(workers, convened, consent_by="A Neighbour", consent_evidence="Special guardianship order, seen today")
    kept = seen_by(workers["school-nurse"], convened).medicals
    assert [each.consent_evidence for each in kept] == ["", "Special guardianship order, seen today"]


def test_whoever_is_kept_from_contact_does_not_consent(convened: MeetingCalled, workers: Workers) -> None:
    """G5: given a mother whose contact is prohibited by an order that was seen, then she does not consent to an
    examination; once it has ended, she does."""
    manager = workers["duty-manager"]
    with machine():
        reference = Matter.objects.get(pk=convened.fact.matter_id or 0).reference
        mother = NameKnown.objects.filter(given_name="Kerra", fact__matter_id=convened.fact.matter_id)[0]
    order = through(
        manager,
        lambda: protecting.record(
            manager, reference, protection="no-contact", person_record_id=mother.fact.person_record_id or 0,
            since=clock.now() - timedelta(days=1), words="Order of the family court, seen.",
            holder_agency="cornwall-childrens-services",
        ),
    )  # fmt: skip
    with pytest.raises(Refused, match="prohibited"):
        decide(workers, convened, consent_by="Kerra Tregear, mother")
    through(
        manager,
        lambda: protecting.settle(manager, reference, order.pk, outcome="ended", words="The order was discharged."),
    )
    assert decide(workers, convened, consent_by="Kerra Tregear, mother").consent_by


def test_an_examination_owes_its_result_and_the_result_meets_it(convened: MeetingCalled, workers: Workers) -> None:
    """B6: given a forensic medical decided, then its result is owed by health; only health reports it, with what
    follows."""
    health, manager, nurse = workers["health"], workers["duty-manager"], workers["school-nurse"]
    decided = decide(workers, convened, consent_by="Kerra Tregear, mother", referred_to="The centre, tomorrow 10:00")
    assert is_owed("medical-result")
    said: dict[str, Any] = {
        "attended": False,
        "on_day": clock.today(),
        "by_whom": "The centre",
        "follows": "Rebooked for Thursday.",
    }
    with pytest.raises(PermissionDenied):
        through(manager, lambda: children.report_medical(manager, convened.pk, decided.pk, **said))
    later = {**said, "on_day": clock.today() + timedelta(days=1)}
    with pytest.raises(Refused, match="not come yet"):
        through(health, lambda: children.report_medical(health, convened.pk, decided.pk, **later))
    through(health, lambda: children.report_medical(health, convened.pk, decided.pk, **said))
    assert not is_owed("medical-result")
    assert [(each.attended, each.follows) for each in seen_by(nurse, convened).reports] == [
        (False, "Rebooked for Thursday.")
    ]


def test_no_examination_owes_no_result(convened: MeetingCalled, workers: Workers) -> None:
    """B6: given that no medical is decided on, with the reason, then nothing is owed of it."""
    decide(workers, convened, medical="none", consent_basis="")
    assert not is_owed("medical-result")


def test_the_account_is_planned_before_anybody_asks_again(convened: MeetingCalled, workers: Workers) -> None:
    """B6: given Alex, then who asks, where and how he is understood is written down; none without an intermediary
    or the reason why not; a team that only contributes reads nothing of it."""
    manager, alex = workers["duty-manager"], record_of("Alex")
    said = {
        "who_asks": "A specially trained officer", "where_and_when": "The suite, Tuesday 10:00",
        "communication_needs": "Short sentences, breaks.", "intermediary": "not-needed",
    }  # fmt: skip
    with pytest.raises(Refused, match="needs a reason"):
        through(manager, lambda: children.plan_account(manager, convened.pk, alex, **said))
    with pytest.raises(Refused, match="understood is not said"):
        through(
            manager, lambda: children.plan_account(manager, convened.pk, alex, **{**said, "communication_needs": ""})
        )
    through(manager, lambda: children.plan_account(manager, convened.pk, alex, **{**said, "intermediary": "asked-for"}))
    assert [each.who_asks for each in seen_by(workers["school-nurse"], convened).accounts] == [said["who_asks"]]
    assert seen_by(workers["safeguarding-lead"], convened).accounts == []


def test_a_promised_contact_and_the_review_are_owed_and_silence_closes_nothing(
    convened: MeetingCalled, workers: Workers
) -> None:
    """C4: given a first disclosure, then the next contact and the review have their times; being in touch meets the
    first, weighing again the second."""
    manager, nurse, alex = workers["duty-manager"], workers["school-nurse"], record_of("Alex")
    said: dict[str, Any] = {
        "wish": "Don't tell Mum.", "best_interests": "She can protect him.", "consulted": "His teacher",
        "trusted_adult": "His teacher",
    }  # fmt: skip
    at = clock.now() + timedelta(hours=2)
    review = clock.today() + timedelta(days=3)
    weighed = through(
        manager,
        lambda: children.weigh_wishes(manager, convened.pk, alex, **said, review_on=review, next_contact_at=at),
    )
    with machine():
        assert DutyState.objects.get(duty__duty_kind="child-next-contact").due_at == at
    with pytest.raises(Refused, match="not come yet"):
        through(nurse, lambda: children.contact_made(nurse, convened.pk, weighed.pk, by_whom="The nurse", at=at))
    through(nurse, lambda: children.contact_made(nurse, convened.pk, weighed.pk, by_whom="The nurse", at=clock.now()))
    assert not is_owed("child-next-contact")
    assert is_owed("wishes-review")
    through(manager, lambda: children.weigh_wishes(manager, convened.pk, alex, **said, review_on=review))
    with machine():
        assert DutyState.objects.filter(duty__duty_kind="wishes-review", met_at__isnull=True).count() == 1
