"""Who is asked how, and whether somebody connected is in scope, in words (B2, B3)."""

from __future__ import annotations

from daras.meetings.models import AgencyInvited, PersonConsidered
from daras.pages import wording
from daras.pages.discussion import forms
from daras.people.queries import PersonKnown


def asked_how(invited: AgencyInvited) -> str:
    """In what part, and by which way where it is another than the others'."""
    part = "takes part" if invited.part == "takes-part" else "contributes what it holds"
    return f"{part}, {dict(forms.MODES).get(invited.mode, invited.mode).lower()}" if invited.mode else part


def asked_to(invited: AgencyInvited) -> str:
    """The same to whoever is asked: what their team is asked to do."""
    part = "You are asked to take part" if invited.part == "takes-part" else "You are asked what you hold"
    return f"{part}, {dict(forms.MODES).get(invited.mode, invited.mode).lower()}" if invited.mode else part


def reaches_children(person: PersonKnown, *, suspected: bool) -> str:
    """How somebody reaches children beyond the family; of a suspect that nobody has said it is said, too (B2)."""
    works = wording.listed(work.description for work in person.works)
    if works:
        return f"reaches children as: {works}"
    return "nobody has said whether they reach children by work, volunteering or online: ask" if suspected else ""


def scope_words(decided: PersonConsidered) -> str:
    """In scope with owner and outcome, or not and why."""
    if not decided.in_scope:
        return f"Not in scope{', reviewed together with others' if decided.as_block else ''}: {decided.why_not}"
    owner = wording.owner(decided.owner_agency, decided.owner_team)
    return f"In scope. {owner} owns their safety: {decided.safety_outcome}"


def scope_known(decided: PersonConsidered | None) -> dict[str, str]:
    """What the form of a new decision begins with."""
    if decided is None:
        return {}
    return {
        "in_scope": "yes" if decided.in_scope else "no",
        "owner": f"{decided.owner_agency}/{decided.owner_team}",
        "safety_outcome": decided.safety_outcome,
        "why_not": decided.why_not,
    }
