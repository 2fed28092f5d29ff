"""An entry is restricted: others read that there is something and whom to ask (G4)."""

from __future__ import annotations

import pytest

from daras.access.models import Worker
from daras.access.session import acting_as
from daras.custodians.models import EntryRestricted, InformationHeld
from daras.custodians.restricting import open_again, restrict
from daras.frontdoor.intake import receive
from daras.frontdoor.models import ConcernReported, VoiceRecorded
from daras.frontdoor.tests.documents import encoded, referral
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.people.models import NameKnown

pytestmark = pytest.mark.django_db


def test_others_read_whom_to_ask_and_never_what(workers: dict[str, Worker]) -> None:
    """G4: given what a school wrote, when its team restricts one entry, then the front door no longer reads the entry
    but that the school holds information and whom to ask; the team reads it still; when the team opens it again, then
    all read it again."""
    receive(encoded(referral("alex")), file="alex")
    school, manager = workers["safeguarding-lead"], workers["duty-manager"]
    with acting_as(school):
        concern = ConcernReported.objects.get()
        restricted = restrict(school, concern.pk, reason="It would tell who spoke to us.")
        assert ConcernReported.objects.filter(pk=concern.pk).exists()
    with acting_as(manager):
        assert not ConcernReported.objects.exists()
        assert not Fact.objects.filter(pk=concern.pk).exists()
        assert not EntryRestricted.objects.exists()
        (held,) = InformationHeld.objects.all()
        assert held.holder == "carn-brea-academy"
        assert held.ask
        assert "spoke" not in str(vars(held))
    with acting_as(workers["outsider"]):
        assert not InformationHeld.objects.exists()
    with acting_as(school):
        open_again(school, restricted.pk, reason="They agreed that it is read.")
    with acting_as(manager):
        assert not InformationHeld.objects.filter(fact__superseded_by__isnull=True).exists()
        assert ConcernReported.objects.filter(pk=concern.pk).exists()


def test_only_its_own_agency_and_never_who_somebody_is(workers: dict[str, Worker]) -> None:
    """G4: given another agency's entry, one that nobody sees, one without a reason, or a name, then it is refused in
    words, and hidden and absent are refused alike."""
    receive(encoded(referral("alex")), file="alex")
    school, manager = workers["safeguarding-lead"], workers["duty-manager"]
    with acting_as(school):
        voice = VoiceRecorded.objects.first() or ConcernReported.objects.get()
        name = NameKnown.objects.first()
    assert name is not None

    def code(worker: Worker, fact_id: int, reason: str = "A reason.") -> tuple[str, str]:
        with acting_as(worker), pytest.raises(Refused) as refused:
            restrict(worker, fact_id, reason=reason)
        return refused.value.code, str(refused.value)

    assert code(manager, voice.pk)[0] == "not-your-entry"
    assert code(school, name.pk)[0] == "not-restricted"
    assert code(school, voice.pk, " ")[0] == "reason-missing"
    assert code(workers["outsider"], voice.pk) == code(workers["outsider"], 10**12)
