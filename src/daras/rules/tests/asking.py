"""Asking the rules about a story, and finding one's way in what they say."""

from __future__ import annotations

from datetime import date, datetime

from daras.agencies import load_directory
from daras.practice import pack_for
from daras.rules.assess import assess
from daras.rules.findings import DutyOwed, Findings
from daras.rules.tests.stories import Story

DIRECTORY = load_directory()
PACK = pack_for(date(2026, 11, 24))
HUB = "cornwall-childrens-services"


def found(story: Story, now: datetime | None = None) -> Findings:
    situation = story.situation(received_at=now)
    return assess(situation, PACK, DIRECTORY, situation.news.received_at)


def duty(findings: Findings, kind: str, about: str | None = None) -> DutyOwed:
    duties = [each for each in findings.duties if each.kind == kind and about in (None, *each.about)]
    assert len(duties) == 1, f"{kind}: {duties}"
    return duties[0]


def kinds(findings: Findings) -> set[str]:
    return {each.kind for each in findings.duties}


def invited(findings: Findings) -> dict[str, str]:
    return {f"{each.agency}/{each.team}": each.because for each in findings.invitations}


def indicated(findings: Findings) -> dict[str, tuple[str, ...]]:
    return {each.id: each.about for each in findings.indicators}
