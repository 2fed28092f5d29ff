"""Two people on one form, and a sign-in that ends while somebody writes: nothing is lost, nothing overwritten (A6)."""

from __future__ import annotations

import pytest
from django.test import Client

from daras.access.models import Worker
from daras.access.session import machine
from daras.matters.models import MatterDecided
from daras.pages.tests.partnership import People, arrives, worker
from daras.pages.tests.test_safety import chosen, signed_in
from daras.safety.models import AnalysisRecorded

WORDS = {
    "worries": "He does not want to go there.", "what_works": "He told his teacher.", "must_happen": "We meet today.",
    "scaling": "3", "recommendation": "strategy-discussion", "because": "Two agencies say so.",
}  # fmt: skip


@pytest.fixture
def social_worker(people: People) -> Worker:
    with machine():
        return worker("Morwenna Jago", "cornwall-childrens-services", "maru", "social-worker")


def shown(client: Client, path: str) -> str:
    return chosen(client.get(path).content.decode(), "shown")


def test_two_who_analyse_at_once_read_each_other_and_both_stand(people: People, social_worker: Worker) -> None:
    """A6: given two social workers on one analysis, when the second sends hers after the first, then it comes back with
    all she typed and who wrote meanwhile, with that analysis beside it; sent again, both stand."""
    reference = arrives("alex").reference or ""
    address = f"/matters/{reference}/analysis/"
    one, other = signed_in(people.duty_manager), signed_in(social_worker)
    seen = shown(one, address)
    assert seen == shown(other, address)
    assert one.post(address, {**WORDS, "shown": seen}).status_code == 302
    late = other.post(address, {**WORDS, "worries": "He was afraid all week.", "shown": seen})
    text = late.content.decode()
    assert late.status_code == 422
    assert "Jenifer Pascoe wrote an analysis at 09:30, while you were writing." in text
    assert "He was afraid all week." in text
    assert "He does not want to go there." in text  # the other one, beside it
    again = {**WORDS, "worries": "He was afraid all week.", "shown": chosen(text, "shown")}
    assert other.post(address, again).status_code == 302
    with machine():
        assert AnalysisRecorded.objects.count() == 2


def test_a_decision_is_not_taken_past_news_or_another_decision(people: People) -> None:
    """A6, B1: given two managers with one matter before them, and news that comes while they write, then neither
    decision is recorded over what its writer has not seen; what was typed is kept, and sent again it is recorded."""
    reference = arrives("alex").reference or ""
    address = f"/matters/{reference}/decide/"
    manager = signed_in(people.duty_manager)
    said = {"decision": "strategy-discussion", "reason": "As the school says.", "shown": shown(manager, address)}
    arrives("open-case")
    text = manager.post(address, said).content.decode()
    assert "News came in at 09:30, while you were writing." in text
    assert "As the school says." in text
    said["shown"] = chosen(text, "shown")
    assert manager.post(address, said).status_code == 302
    second = manager.post(address, said)
    assert second.status_code == 422
    assert "Jenifer Pascoe decided at 09:30, while you were writing." in second.content.decode()
    with machine():
        assert MatterDecided.objects.count() == 1


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("analysis/", {"worries": "He was afraid all week.", "scaling": "4"}),
        ("decide/", {"decision": "assessment", "reason": "He was afraid all week."}),
        ("safe-tonight/", {"words": "He was afraid all week.", "protection": "accommodation"}),
        ("safe-now/", {"where": "He was afraid all week.", "seen": "yes"}),
    ],
)
def test_a_sign_in_that_ends_loses_nothing(people: People, page: str, typed: dict[str, str]) -> None:
    """A6, A16: given somebody whose sign-in ended while they wrote, when they send the form, sign in and open it again,
    then every word stands in it, and nothing was recorded meanwhile."""
    reference = arrives("alex").reference or ""
    address = f"/matters/{reference}/{page}"
    client = Client()
    sent = client.post(address, typed)
    assert (sent.status_code, sent.headers["Location"]) == (302, f"/sign-in/?next={address}")
    client.force_login(people.duty_manager)
    text = client.get(address).content.decode()
    assert "He was afraid all week." in text
    checked = next((value for value in typed.values() if value in {"4", "assessment", "accommodation", "yes"}), "")
    assert f'value="{checked}" checked' in " ".join(text.split()).replace(' aria-describedby="hint-2"', "")
    with machine():
        assert not AnalysisRecorded.objects.exists()
        assert not MatterDecided.objects.exists()
