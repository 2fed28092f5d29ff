"""Calls for advice in words, for their own pages, "my work" and the chronology."""

from __future__ import annotations

from daras.frontdoor.advice_days import REFERRED
from daras.frontdoor.models import AdviceDayAgreed, AdviceDayAnswered, AdviceDayMoved, AdviceGiven
from daras.pages import wording
from daras.working_time import wording as time_wording

#: What each side said that they would do, and what it is called when it was done.
WOULD = {"giver": "ring back", "caller": "watch and come back"}
DONE = {"giver": "Rung back", "caller": "Came back"}
NOT_NEEDED = "No longer needed"
MOVED = "Another day was agreed"
BECAME = {"done": "done", "not-needed": "no longer needed", REFERRED: "a referral was made"}


def asked(advice: AdviceGiven) -> str:
    """Who asked: a person where they gave a name, and of where."""
    who = ", ".join(part for part in (advice.caller_name, advice.caller_role) if part)
    place = wording.owner(advice.caller_agency, advice.caller_team)
    return f"{who}, {place}" if who else place


def said_they_would(day: AdviceDayAgreed) -> str:
    """The agreed day; who of the two stands beside it."""
    return f"Agreed in a call for advice: to {WOULD[day.owed_by]} by {time_wording.long_date(day.on_day)}"


def moved_to(moved: AdviceDayMoved) -> str:
    """The day that was agreed instead."""
    return f"Agreed after a call for advice: another day, {time_wording.long_date(moved.on_day)}"


def came_of_it(answer: AdviceDayAnswered) -> str:
    """What became of what was agreed."""
    return f"Agreed in a call for advice: {BECAME[answer.outcome]}"
