"""What became of a referral and nobody reads it: the worker chases, in the daily letter and with the lead (A8)."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core import mail

from daras.access.models import Worker
from daras.access.session import acting_as, machine
from daras.duties.chasing import sweep
from daras.duties.models import DutyChased
from daras.exchange.installation import install_all
from daras.frontdoor import feedback
from daras.frontdoor.intake import receive
from daras.frontdoor.tests.documents import encoded, referral
from daras.outbox.models import Notice, Receiver
from daras.worker import tasks
from daras.working_time import clock

SCHOOL = "carn-brea-academy"


def somebody(name: str, agency: str, team: str, role: str) -> Worker:
    with machine():
        return Worker.objects.create(
            slug=name, email=f"{name}@workers.example", name=name, agency=agency, team=team, role=role
        )


def test_unread_feedback_is_chased_until_it_is_read(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A8: given feedback on Tuesday that the school does not open, then on Friday morning its lead's daily letter says
    that it is chased, once; on Monday the school's safeguarding lead is told on the school's page; and when it is read
    the chasing ends."""

    def it_is(moment: str) -> datetime:
        monkeypatch.setenv("DARAS_NOW", moment)
        return clock.now()

    it_is("2026-11-24T09:30:00Z")
    install_all()
    lead = somebody("loveday", SCHOOL, "safeguarding", "designated-safeguarding-lead")
    manager = somebody("jenifer", "cornwall-childrens-services", "maru", "duty-manager")
    with machine():
        Receiver.objects.create(agency=SCHOOL, team="safeguarding", channel="email", address="office@school.example")
    outcome = receive(encoded(referral("alex")))
    with acting_as(manager):
        feedback.send_feedback(
            manager, outcome.reference or "", receipt=outcome.receipt or "",
            decided="A discussion was held.", risk_lower="not-yet", remains="",
        )  # fmt: skip
    it_is("2026-11-25T08:00:00Z")
    tasks.digest()
    assert [each.to for each in mail.outbox] == [[lead.email]]
    assert "What became of your referral" in mail.outbox[0].body

    sweep(it_is("2026-11-26T17:20:00Z"))
    sweep(it_is("2026-11-26T17:21:00Z"))
    it_is("2026-11-27T08:00:00Z")
    tasks.digest()
    assert mail.outbox[-1].body.count("Something owed by you is being chased") == 1
    assert "overdue" in mail.outbox[-1].body

    def steps() -> list[str]:
        with machine():
            rows = DutyChased.objects.filter(duty__duty_kind="read-feedback").order_by("fact_id")
            return list(rows.values_list("step", flat=True))

    assert steps() == ["chase"]
    sweep(it_is("2026-12-01T10:00:00Z"))
    assert steps() == ["chase", "safeguarding-lead"]
    with machine():
        to_the_lead = Notice.objects.filter(kind="chased", reference=outcome.receipt, receiver__team="")
        assert to_the_lead.filter(receiver__agency=SCHOOL, receiver__channel="page").exists()
    with acting_as(lead):
        feedback.read_feedback(lead, outcome.receipt or "")
    sweep(it_is("2026-12-10T10:00:00Z"))
    assert steps() == ["chase", "safeguarding-lead"]
