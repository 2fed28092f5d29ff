"""Before: the page that convenes, filled in with whom the rules would ask and why (B1, B3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict
from django.urls import reverse

from daras.access import apart
from daras.access.session import machine
from daras.agencies import UnknownAgency, load_directory
from daras.design.parts import Link
from daras.frontdoor.queries import MatterAround
from daras.matters.models import MatterDecided
from daras.meetings.after import QUORUM
from daras.meetings.calling import Invitation, LeftOut, quorum_part
from daras.meetings.conflicts import colleagues_of, conflicts_found
from daras.meetings.models import MeetingCalled
from daras.pages import wording
from daras.pages.discussion.asking import asked_lines
from daras.pages.discussion.fields import Field, Problem, fields, problems
from daras.pages.discussion.forms import Asked, Convene
from daras.pages.discussion.presenting import PARTS
from daras.pages.discussion.shown import AskLine, ConvenePage, QuorumLine
from daras.working_time import clock
from daras.working_time import wording as time_wording

#: The fields of a team that are always shown; the others open where there is a conflict of interest.
PLAIN = 2
#: So many words are a reason; fewer, with a full stop, are an abbreviation.
SHORTEST_REASON = 3
#: Kinds of agency that hold something and need not hear the rest, unless the manager says otherwise.
CONTRIBUTORS = frozenset({"school", "general practice", "early years", "housing"})


@dataclass(frozen=True, slots=True)
class Suggested:
    """A team that the rules would ask, and every reason there is."""

    agency: str
    team: str
    because: str

    @property
    def key(self) -> str:
        """What sets its fields apart on the page."""
        return f"{self.agency}--{self.team}"


def suggested(story: MatterAround) -> list[Suggested]:
    """Each agency and team once, with every reason; an agency without a team at the one that takes invitations."""
    reasons: dict[tuple[str, str], dict[str, None]] = {}
    for each in story.invitations:
        team = each.team or _team_of(each.agency)
        said = reasons.setdefault((each.agency, team), {})
        said.update(dict.fromkeys(_sentences(each.because)))
    return [Suggested(agency, team, " ".join(why)) for (agency, team), why in reasons.items()]


def _sentences(because: str) -> list[str]:
    """The reasons in one text, so that news that gives the same reason again does not say it again. What ends after
    fewer than three words is an abbreviation ("St. Ives"), not a reason."""
    found: list[str] = []
    for part in because.split(". "):
        if found and len(found[-1].split()) < SHORTEST_REASON:
            found[-1] += f". {part}"
        else:
            found.append(part)
    return [part if part.endswith(".") else f"{part}." for part in found]


def _team_of(agency: str) -> str:
    try:
        takes = load_directory().agency_at_any_time(agency).team_that_takes("invitations")
    except UnknownAgency:
        return ""
    return takes.id if takes else ""


class ConveneForms:
    """The form of the discussion and one small form for each team that the rules would ask."""

    def __init__(
        self, story: MatterAround, now: datetime, *, decided: MatterDecided | None, data: QueryDict | None = None
    ) -> None:
        self.story, self.now = story, now
        with machine():  # gate: who is kept apart, for the manager who must ask the others
            self.kept = apart.standing([pk for pk in (story.matter.pk, story.matter.parent_id) if pk])
        self.teams = [each for each in suggested(story) if not apart.is_apart(self.kept, each.agency, each.team)]
        soon = clock.local(now + timedelta(minutes=30)).replace(second=0, microsecond=0)
        suggested_why = story.thresholds[-1].why if story.thresholds else ""
        why = suggested_why if decided is None else decided.reason or suggested_why
        self.convene = Convene(data, initial={"planned_at": soon, "mode": "phone", "reason": why})
        self.conflicts = conflicts_found(
            _names_by_part(story), _works_of_suspects(story), [(each.agency, each.team) for each in self.teams]
        )
        staff: dict[str, list[tuple[str, str]]] = {}
        for worker in colleagues_of(each.agency for each in self.teams):
            staff.setdefault(worker.agency, []).append((worker.slug, f"{worker.name}, {worker.role.replace('-', ' ')}"))
        self.asked: Mapping[str, Asked] = {
            each.key: Asked(data, prefix=each.key, initial=self._initial(each), colleagues=staff.get(each.agency, []))
            for each in self.teams
        }

    def _initial(self, each: Suggested) -> dict[str, str]:
        """A team in which a conflict of interest is found is not asked, until the manager has looked (B3)."""
        found = self.conflicts.get((each.agency, each.team))
        if found:
            return {"part": "not-now", "why_not": " ".join(found), "conflict": ""}
        return {"part": _usual_part(each.agency)}

    def is_valid(self) -> bool:
        """Whether everything that must be said is said; every form is looked at, not only the first that is wrong."""
        return all([self.convene.is_valid(), *(form.is_valid() for form in self.asked.values())])

    def problems(self) -> list[Problem]:
        """What the error summary says."""
        return [each for form in (self.convene, *self.asked.values()) for each in problems(form)]

    def invitations(self) -> list[Invitation]:
        """Those who are asked."""
        chosen = ((each, self.asked[each.key].cleaned_data) for each in self.teams)
        return [
            Invitation(
                each.agency,
                each.team,
                each.because,
                said["part"],
                mode=said["mode"],
                conflict=said["conflict"],
                instead=said["instead"],
            )
            for each, said in chosen
            if said["part"] != "not-now"
        ]

    def left_out(self) -> list[LeftOut]:
        """Those who are not asked now."""
        chosen = ((each, self.asked[each.key].cleaned_data) for each in self.teams)
        return [LeftOut(each.agency, each.team, said["why_not"]) for each, said in chosen if said["part"] == "not-now"]

    def page(self, about: str) -> ConvenePage:
        """What the page shows."""
        story = self.story
        reference = story.matter.reference
        return ConvenePage(
            reference=reference,
            about=about,
            matter=Link(f"Matter {reference}", reverse("matter", args=[reference])),
            action=reverse("convene", args=[reference]),
            fields=fields(self.convene),
            teams=tuple(self._line(each, fields(self.asked[each.key])) for each in self.teams),
            quorum=quorum_of((each.agency, each.team) for each in self.teams),
            people=tuple(
                (story.people[each.person_id].name, each.reason)
                for each in story.connections
                if each.person_id in story.people
            ),
            earlier=tuple(link_to(each) for each in story.discussions),
            asked_for=asked_lines(story.matter.pk),
            kept_apart=tuple(
                f"{each.worker.name if each.worker else wording.agency(each.agency)} ({each.because})"
                for each in self.kept
            ),
        )

    def _line(self, each: Suggested, made: tuple[Field, ...]) -> AskLine:
        return AskLine(
            who=wording.owner(each.agency, each.team),
            because=each.because,
            fields=made[:PLAIN],
            conflict_fields=made[PLAIN:],
            conflicts=tuple(self.conflicts.get((each.agency, each.team), ())),
        )


def _names_by_part(story: MatterAround) -> dict[str, list[str]]:
    """The names of everybody in the matter: whom it is about and who is suspected before those who are connected."""
    found: dict[str, list[str]] = {"connected": [person.name for person in story.people.values()]}
    for each in story.parts:
        person = story.person(each.fact.person_record_id)
        if person:
            found.setdefault(each.part, []).append(person.name)
    order = ("connected", "named", "subject", "suspect")
    return {part: found[part] for part in order if part in found}


def _works_of_suspects(story: MatterAround) -> list[str]:
    people = (story.person(each.fact.person_record_id) for each in story.parts if each.part == "suspect")
    return list(dict.fromkeys(work.description for person in people if person for work in person.works))


def _usual_part(agency: str) -> str:
    try:
        kind = load_directory().agency_at_any_time(agency).kind
    except UnknownAgency:
        kind = ""
    return "contributes" if kind in CONTRIBUTORS else "takes-part"


def link_to(called: MeetingCalled) -> Link:
    """A discussion by its day."""
    when = time_wording.long_datetime(called.planned_at)
    return Link(f"Strategy discussion of {when}", reverse("discussion", args=[called.reference]))


def quorum_of(agencies: Iterable[tuple[str, str]]) -> tuple[QuorumLine, ...]:
    """Which teams would make the quorum whole."""
    teams = list(agencies)
    return tuple(
        QuorumLine(PARTS[part], wording.listed(wording.owner(*team) for team in teams if quorum_part(team[0]) == part))
        for part in QUORUM
    )
