"""Notices: ten that say one thing are one line that opens; how many a referral makes is counted (A8, interface)."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from daras.access.session import machine
from daras.outbox.models import Notice, Receiver
from daras.pages.notices.presenting import how_much
from daras.pages.notices.queries import Counted
from daras.pages.tests.partnership import People, arrives
from daras.practice import pack_for
from daras.practice.pack import Ceiling
from daras.working_time import clock

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def opens(client: Client, people: People, who: str) -> str:
    client.force_login(getattr(people, who), backend=BACKEND)
    answer = client.get("/notices/")
    assert answer.status_code == 200
    return html.unescape(re.sub(r"\s+", " ", answer.content.decode().split("<main")[1]))


def test_ten_that_say_one_thing_are_one_line_that_opens(client: Client, people: People) -> None:
    """Interface: given three matters that each say that a decision is due, then that is one line, with three links."""
    references = [arrives(name).reference for name in ("alex", "mark", "julie")]
    text = opens(client, people, "duty_manager")
    assert text.count("A decision is due now") == 2, "the line, and its opening in words for screen readers"
    assert "(3 times)" in text
    for reference in references:
        assert f'href="/matters/{reference}/"' in text


def test_the_newest_day_stands_first_whenever_it_was_written(
    client: Client, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interface: given what was told on Tuesday and, written later, what was told on Monday, then Tuesday is first."""
    for moment, name in (("2026-11-24T09:00:00+00:00", "alex"), ("2026-11-23T09:00:00+00:00", "julie")):
        monkeypatch.setenv("DARAS_NOW", moment)
        arrives(name)
    text = opens(client, people, "duty_manager")
    assert text.index("Tuesday 24 November 2026") < text.index("Monday 23 November 2026")


def ceiling() -> Ceiling:
    return pack_for(clock.today()).ceilings["notices-per-referral"]


def test_notices_per_referral_are_counted_beside_the_ceiling(client: Client, people: People) -> None:
    """A8, design: given Alex's referral, then the front door reads how many notices it made, and the local ceiling;
    a team reached on its page and by e-mail is told once; a school reads none of it."""
    with machine():
        Receiver.objects.create(agency="cornwall-childrens-services", team="maru", channel="page")
        Receiver.objects.create(
            agency="cornwall-childrens-services", team="maru", channel="email", address="a@b.example"
        )
    arrives("alex")
    with machine():
        rows = Notice.objects.values_list("receiver__agency", "receiver__team", "kind", "reference").distinct()
        told = len(set(rows))
        assert told < Notice.objects.count()
    text = opens(client, people, "duty_manager")
    assert f"1 referral made us send {told} notices: {told}.0 for each." in text
    assert f"At most {ceiling().most} are wanted (Local target" in text
    assert "How much we tell" not in opens(client, people, "safeguarding_lead")


@pytest.mark.parametrize(("notices", "above"), [(12, False), (13, True)])
def test_above_the_ceiling_is_named(notices: int, above: bool) -> None:
    """Design, interruptions: given more notices than the ceiling, then the matter is named, and at it it is not."""
    shown = how_much((Counted("D-AAAA-BBBB", 1, notices),), ceiling())
    assert shown is not None
    assert shown.is_above is above
    assert [reference for reference, _ in shown.above] == (["D-AAAA-BBBB"] if above else [])


def test_nothing_is_counted_where_nothing_came(people: People) -> None:
    """Given no referral, then no number is shown, rather than a zero that says nothing."""
    assert how_much((), ceiling()) is None
