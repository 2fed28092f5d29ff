"""Agencies and their teams as frozen values, each valid from one date to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


class DirectoryRefused(ValueError):
    """The directory file holds mistakes; each is named."""


class UnknownAgency(LookupError):
    """No agency of the partnership has this id."""


class UnknownTeam(LookupError):
    """The agency has no team of this id."""


class UnknownContact(LookupError):
    """Nobody answers in this role for this authority on this date."""


class AgencyNotCurrent(LookupError):
    """The agency did not exist on the date asked about; `instead` are those that did its work then."""

    def __init__(self, message: str, instead: tuple[Agency, ...]) -> None:
        super().__init__(message)
        self.instead = instead


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owes or takes something: an agency and perhaps one of its teams, written "agency/team"."""

    agency: str
    team: str | None = None

    @classmethod
    def parse(cls, text: str) -> Owner:
        """Read "agency" or "agency/team"."""
        agency, _, team = text.partition("/")
        return cls(agency, team or None)

    def __str__(self) -> str:
        return f"{self.agency}/{self.team}" if self.team else self.agency


@dataclass(frozen=True, slots=True)
class NamedContact:
    """A post that can be asked or told, without the name of whoever fills it today."""

    title: str
    email: str


@dataclass(frozen=True, slots=True)
class Team:
    """A team of an agency: where it is reached and which news it takes."""

    id: str
    name: str
    email: str
    telephone: str | None = None
    takes: frozenset[str] = frozenset()
    hours: str = "office"  # "office" or "always"
    covert: bool = False  # what it looks at is known to its own agency's custodians only (G4)


#: Kinds of agency whose very involvement is told by a person, never by a list or a machine (G4, ADR 0013).
TOLD_BY_A_PERSON = frozenset({"sexual health", "substance misuse", "therapy", "sarc"})


@dataclass(frozen=True, slots=True)
class Agency:
    """An agency of the partnership; both dates are included, and no date means as far as the directory reaches."""

    id: str
    name: str
    kind: str
    authority: str
    teams: tuple[Team, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    succeeds: tuple[str, ...] = ()
    custodian: NamedContact | None = None
    safeguarding_lead: NamedContact | None = None

    @property
    def told_by_a_person(self) -> bool:
        """Whether a person, and nothing else, says that it works with somebody."""
        return self.kind in TOLD_BY_A_PERSON

    def current(self, on: date) -> bool:
        """Whether the agency existed on that day."""
        return within(on, self.valid_from, self.valid_to)

    def team(self, team_id: str) -> Team:
        """The team of that id; raises `UnknownTeam`, naming those there are."""
        for team in self.teams:
            if team.id == team_id:
                return team
        known = ", ".join(team.id for team in self.teams) or "none"
        raise UnknownTeam(f"{self.name} has no team “{team_id}”. Its teams: {known}.")

    def team_that_takes(self, news: str) -> Team | None:
        """The team that takes this kind of news ("invitations", "feedback" ...), else the first, else none."""
        return next((team for team in self.teams if news in team.takes), self.teams[0] if self.teams else None)


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers in a role ("front-door", "on-call-inspector"), for one authority or for all, between two dates."""

    role: str
    owner: Owner
    authority: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def answers(self, role: str, authority: str, on: date) -> bool:
        """Whether this contact answers in the role for the authority on the day."""
        return self.role == role and self.authority in (None, authority) and within(on, self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class Directory:
    """All agencies of the partnership at all times, and which authority is responsible for which place (A14)."""

    partnership: str
    agencies: Mapping[str, Agency]
    contacts: tuple[Contact, ...]
    authorities: Mapping[str, str]  # those of the partnership, by the number that government gives them
    authority_by_outward_code: Mapping[str, str]
    authority_by_town: Mapping[str, str]

    def agency(self, agency_id: str, *, on: date) -> Agency:
        """The agency as it stood on a day; raises `UnknownAgency`, or `AgencyNotCurrent` naming who stood in."""
        agency = self.agency_at_any_time(agency_id)
        if agency.current(on):
            return agency
        instead = self.instead_of(agency_id, on=on)
        names = " and ".join(other.name for other in instead) or "no agency of this directory"
        when = f"until {agency.valid_to}" if agency.valid_to and on > agency.valid_to else f"from {agency.valid_from}"
        raise AgencyNotCurrent(f"{agency.name} existed {when}. On {on} its work was done by {names}.", instead)

    def agency_at_any_time(self, agency_id: str) -> Agency:
        """The agency of that id, whenever it existed; raises `UnknownAgency`. For reading history, not for sending."""
        try:
            return self.agencies[agency_id]
        except KeyError:
            raise UnknownAgency(f"“{agency_id}” is not an agency of {self.partnership}.") from None

    def instead_of(self, agency_id: str, *, on: date) -> tuple[Agency, ...]:
        """Those that did the agency's work on that day: itself, or its nearest successors or predecessors."""
        agency = self.agency_at_any_time(agency_id)
        if agency.current(on):
            return (agency,)
        gone = agency.valid_to is not None and on > agency.valid_to
        next_ids = self._successors(agency_id) if gone else agency.succeeds
        found = (other for next_id in next_ids for other in self.instead_of(next_id, on=on))
        return tuple(dict.fromkeys(found))

    def _successors(self, agency_id: str) -> tuple[str, ...]:
        return tuple(other.id for other in self.agencies.values() if agency_id in other.succeeds)

    def agencies_on(self, on: date) -> tuple[Agency, ...]:
        """All agencies that existed on a day, by name."""
        return tuple(sorted((a for a in self.agencies.values() if a.current(on)), key=lambda agency: agency.name))

    def contact(self, role: str, *, authority: str, on: date) -> Owner:
        """Who answers in the role for the authority on the day; raises `UnknownContact`."""
        for contact in self.contacts:
            if contact.answers(role, authority, on):
                return contact.owner
        raise UnknownContact(f"Nobody answers as “{role}” for authority {authority} on {on}.")

    def contact_roles(self) -> frozenset[str]:
        """Every role that somebody answers in at some time."""
        return frozenset(contact.role for contact in self.contacts)

    def describe(self, owner: Owner) -> str:
        """The owner in words: "Cornwall Council children's services, Multi-Agency Referral Unit (MARU)"."""
        agency = self.agency_at_any_time(owner.agency)
        return f"{agency.name}, {agency.team(owner.team).name}" if owner.team else agency.name

    def responsible_authority(self, *, postcode: str | None = None, town: str | None = None) -> str | None:
        """The authority for a home: by postcode, else by town; none when it lies outside the partnership (A14)."""
        code = outward_code(postcode)
        if code is not None:
            area = code.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").rstrip("0123456789")
            exact = self.authority_by_outward_code.get(code)
            return exact or self.authority_by_outward_code.get(area)
        return self.authority_by_town.get(_folded(town)) if town else None


def within(on: date, valid_from: date | None, valid_to: date | None) -> bool:
    """Whether a day lies between two dates, both included; no date leaves that side open."""
    return (valid_from is None or on >= valid_from) and (valid_to is None or on <= valid_to)


def outward_code(postcode: str | None) -> str | None:
    """The part of a postcode before the last three characters ("TR21" of "tr210lw"); none when there is no postcode."""
    letters = "".join((postcode or "").split()).upper()
    if len(letters) < 5 or not letters[-3].isdigit() or not letters[:1].isalpha():
        return None
    return letters[:-3]


def _folded(town: str) -> str:
    return " ".join(town.casefold().replace("’", "'").split())
