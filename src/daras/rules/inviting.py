"""Whom to invite to a strategy discussion, each with a reason (B3). Nothing is sent before a manager convenes."""

from __future__ import annotations

from collections.abc import Iterator

from daras.agencies import Agency, Directory, Owner, UnknownAgency
from daras.practice.pack import InvitationRule, Pack
from daras.rules.findings import Invitation
from daras.rules.predicates import Asked, met
from daras.rules.reasons import UNNAMED, matchings
from daras.rules.situation import Involvement, Person
from daras.working_time.wording import listed

DESIGNATED_OFFICER = "designated-officer"


def invitations(question: Asked, pack: Pack, directory: Directory) -> Iterator[Invitation]:
    """One invitation a team, with all its reasons: first those without whom there is no quorum.

    An agency in which somebody suspected works is suggested by no rule but that of the quorum, or for the designated
    officer, who decides when it may be told (A17)."""
    reasons: dict[Owner, list[str]] = {}
    for rule in sorted(pack.invitations, key=lambda each: not each.quorum):
        for owner, reason in _of_rule(rule, question, directory):
            if owner.agency in question.situation.kept_apart and not (rule.quorum or rule.who == DESIGNATED_OFFICER):
                continue
            reasons.setdefault(owner, []).append(reason)
    for owner, because in reasons.items():
        yield Invitation(owner.agency, owner.team, " ".join(dict.fromkeys(because)))


def _of_rule(rule: InvitationRule, question: Asked, directory: Directory) -> Iterator[tuple[Owner, str]]:
    if rule.who == "involved":
        yield from _involved(rule, question, directory)
        return
    for matching in matchings(rule.when, rule.because, rule.for_each, question):
        yield _owner(rule, question, directory), matching.reason


def _owner(rule: InvitationRule, question: Asked, directory: Directory) -> Owner:
    news = question.situation.news
    if rule.who == "sender":
        return Owner(news.sender_agency, news.sender_team)
    return directory.contact(rule.who, authority=question.situation.authority, on=question.on)


def _involved(rule: InvitationRule, question: Asked, directory: Directory) -> Iterator[tuple[Owner, str]]:
    """The agencies that work now with the people of whom the rule holds; those that ceased, through who took over."""
    grouped: dict[tuple[Owner, str, str], dict[str, Person]] = {}
    for person in question.situation.people.values():
        if met(rule.when, question.of(person)) is None:
            continue
        for involvement in question.situation.involvements:
            if involvement.person != person.key or not _current(involvement, question):
                continue
            for agency in _agencies(involvement, question, directory):
                if not rule.agency_kinds or agency.kind in rule.agency_kinds:
                    owner = Owner(agency.id, _team(involvement, agency))
                    grouped.setdefault((owner, agency.name, involvement.kind), {})[person.key] = person
    said: dict[tuple[Owner, str, str], list[str]] = {}
    for (owner, agency_name, kind), people in grouped.items():
        names = [UNNAMED.lower() if person.anonymous_to_others else person.name for person in people.values()]
        said.setdefault((owner, agency_name, listed(list(dict.fromkeys(names)))), []).append(kind)
    for (owner, agency_name, who), kinds in said.items():
        kind = listed(kinds)
        yield owner, rule.because.format(name=who, words=kind, involvement=kind, agency=agency_name)


def _current(involvement: Involvement, question: Asked) -> bool:
    return involvement.until is None or involvement.until >= question.on


def _agencies(involvement: Involvement, question: Asked, directory: Directory) -> tuple[Agency, ...]:
    try:
        return directory.instead_of(involvement.agency, on=question.on)
    except UnknownAgency:
        return ()


def _team(involvement: Involvement, agency: Agency) -> str | None:
    if involvement.team and any(team.id == involvement.team for team in agency.teams):
        return involvement.team
    takes = agency.team_that_takes("invitations")
    return takes.id if takes else None
