"""The forms of one page: empty ones with what is known already, and the one that came back with mistakes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from daras.agencies import load_directory
from daras.pages import wording
from daras.pages.discussion import forms
from daras.pages.discussion.fields import FormShown, fields
from daras.pages.discussion.steps import STEPS
from daras.working_time import clock

#: Steps whose lists of teams are everybody, not only those who have been asked.
ANY_TEAM = frozenset({"invite", "action", "section", "advice"})


@dataclass(frozen=True, slots=True)
class CameBack:
    """The step that was refused, with what was typed."""

    step: str
    subject: str
    form: forms.Step
    theirs: str = ""  # what somebody else has saved meanwhile


@dataclass(slots=True)
class FormMaker:
    """Makes the forms of a page of one discussion."""

    reference: str
    page: str  # "minutes" or "discussion": where its reader goes back to
    asked: forms.Choices  # the teams that have been asked, and the front door
    came_back: CameBack | None = None
    everybody: forms.Choices = field(default_factory=list)
    colleagues: forms.Choices = field(default_factory=list)  # who may stand in where there is a conflict of interest

    def make(
        self, step: str, subject: int | str = "", *, known: Mapping[str, Any] | None = None, **more: Any
    ) -> FormShown:
        """The form of a step about a subject; what came back from there as it was typed."""
        back = self.came_back
        if back is not None and (back.step, back.subject) == (step, str(subject)):
            form = back.form
        else:
            back = None
            form = self.empty(step, subject, known=known, **more)
        return FormShown(
            step=step,
            action=reverse("discussion_step", args=[self.reference, step]),
            subject=str(subject),
            fields=fields(form),
            button=STEPS[step].button,
            is_open=back is not None,
            page=self.page,
            theirs=back.theirs if back else "",
        )

    def empty(
        self, step: str, subject: int | str, *, known: Mapping[str, Any] | None = None, **more: Any
    ) -> forms.Step:
        """A form with what is known already."""
        return STEPS[step].form(prefix=prefix(step, subject), initial=dict(known or {}), teams=self.teams(step), **more)

    def teams(self, step: str) -> forms.Choices:
        """The teams that the lists of a step offer."""
        if step not in ANY_TEAM:
            return self.asked
        if not self.everybody:
            self.everybody = all_teams()
        return self.everybody


def prefix(step: str, subject: int | str) -> str:
    """What sets the fields of one form on a page apart from those of all others."""
    return f"{step}-{subject}" if subject != "" else step


def all_teams() -> forms.Choices:
    """Every team of the partnership today, by name."""
    agencies = load_directory().agencies_on(clock.today())
    return [(f"{agency.id}/{team.id}", f"{agency.name}, {team.name}") for agency in agencies for team in agency.teams]


def named(teams: Sequence[tuple[str, str]]) -> forms.Choices:
    """These teams, by name, each once."""
    return [(f"{agency}/{team}", wording.owner(agency, team)) for agency, team in dict.fromkeys(teams)]
