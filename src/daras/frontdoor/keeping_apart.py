"""Whoever is suspected and works with children: their agency, and their own sign-in, are kept apart from the matter
from the first moment, until the designated officer decides (A17). Runs as the machine, in the transaction of the news.

An agency is kept apart where something says that the person works there: an involvement of that kind, or its name in
what they do. Its teams that act for a child whatever happens are not: a front door, whoever answers for the police and
health in a discussion, the designated officer. A name alone keeps apart one sign-in and never an agency: two people
may bear it, and the agency may be needed.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from daras.access import apart, policy, trail
from daras.agencies import Directory, UnknownContact
from daras.frontdoor.entering import Entered
from daras.frontdoor.workplaces import workplaces

#: Roles of the directory that act in every discussion, or judge the allegation itself.
ACTING = ("front-door", "out-of-hours", "police", "health", "designated-officer")
AUTHOR = "service:rules"


def acting_teams(agency: str, directory: Directory, *, authority: str, on: date) -> set[str]:
    """The teams of an agency that act for the child whoever of it is suspected."""
    found = {team for whose, team in policy.FRONT_DOOR_TEAMS | policy.DESIGNATED_TEAMS if whose == agency}
    for role in ACTING:
        with suppress(UnknownContact):
            owner = directory.contact(role, authority=authority, on=on)
            if owner.agency == agency and owner.team:
                found.add(owner.team)
    return found


def keep_apart(entered: Entered) -> None:
    """Keep apart whoever is to be, on the matter of the news."""
    news = entered.news
    weighed, on = news.weighed, news.on
    suspected = [weighed.who.known[pk] for pk in weighed.suspected if pk in weighed.who.known]
    for person in suspected:
        record = news.record_of(person.number)
        for agency, because in workplaces(person, news.directory, on).items():
            teams = acting_teams(agency, news.directory, authority=news.understood.authority, on=on)
            apart.keep(news.matter.pk, record, agency=agency, but_teams=teams, because=because, by=AUTHOR)
            _note(entered, agency, "kept apart")
        for worker in weighed.staff.get(person.person_id, ()):
            because = f"{worker.name} bears the name of who is suspected"
            apart.keep(news.matter.pk, record, agency=worker.agency, worker=worker, because=because, by=AUTHOR)
            _note(entered, worker.slug, "own sign-in kept apart")


def _note(entered: Entered, whom: str, what: str) -> None:
    trail.write(
        actor=AUTHOR,
        agency=entered.news.document.sender.agency,
        action="change",
        subject_kind="kept-apart",
        subject_id=whom,
        matter_id=entered.news.matter.pk,
        reason=what,
    )
