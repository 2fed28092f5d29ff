"""The document `daras-referral/1`, read whole or refused by name. Nothing here touches a database (A1, A3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

FORMAT = "daras-referral/1"


@dataclass(frozen=True, slots=True)
class When:
    """A time as people know it: a day, a month, a year, an instant, each a range from its first to its last moment."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Sender:
    agency: str
    team: str | None = None
    name: str = ""
    role: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    lines: tuple[str, ...] = ()
    town: str = ""
    postcode: str = ""
    many_households: bool = False
    since: date | None = None
    until: date | None = None

    @property
    def text(self) -> str:
        return ", ".join(part for part in (*self.lines, self.town, self.postcode) if part)


@dataclass(frozen=True, slots=True)
class InvolvementNamed:
    agency: str
    kind: str
    team: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class RiskNamed:
    status: str
    basis: str
    in_custody: bool = False
    release_on: date | None = None
    proposed_address: Address | None = None
    known_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonNamed:
    """Somebody named in the document, by a ref that means something only in it."""

    ref: str
    role: str
    given_name: str = ""
    middle_names: str = ""
    family_name: str = ""
    previous_family_names: tuple[str, ...] = ()
    also_known_as: tuple[str, ...] = ()
    date_of_birth: date | None = None
    expected_birth_on: date | None = None
    sex: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    address: Address | None = None
    previous_addresses: tuple[Address, ...] = ()
    disabilities: tuple[str, ...] = ()
    involvements: tuple[InvolvementNamed, ...] = ()
    poses_risk: RiskNamed | None = None
    works_with_children: str = ""
    anonymous_to_others: bool = False

    @property
    def name(self) -> str:
        """The name as written; for an unborn child without one, those words."""
        written = " ".join(part for part in (self.given_name, self.family_name) if part)
        return written or ("Unborn child" if self.role == "unborn" else "A person without a name")


@dataclass(frozen=True, slots=True)
class RelationshipNamed:
    start: str
    end: str
    relation: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ConcernNamed:
    about: tuple[str, ...]
    suspected: tuple[str, ...]
    category: str
    what_happened: str
    occurred: When | None = None
    seen_or_heard_by: str = ""


@dataclass(frozen=True, slots=True)
class VoiceNamed:
    text: str = ""
    not_obtained_because: str = ""


@dataclass(frozen=True, slots=True)
class SafeNowNamed:
    seen: bool
    seen_by: str = ""
    where: str = ""
    accompanied_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FamilyInvolvement:
    """Whether parents were told, why not, their views, and agreement where help is voluntary (A4)."""

    parents_told: bool | None = None
    reason: str = ""
    their_views: str = ""
    agreement_by: str = ""
    agreement_given: bool | None = None


@dataclass(frozen=True, slots=True)
class ReferralDocument:
    """A document that is whole: every ref is somebody, every agency is current, every date is possible."""

    kind: str
    sent_at: datetime
    sender: Sender
    people: tuple[PersonNamed, ...]
    relationships: tuple[RelationshipNamed, ...]
    concerns: tuple[ConcernNamed, ...]
    voices: Mapping[str, VoiceNamed]
    safe_now: Mapping[str, SafeNowNamed]
    family: FamilyInvolvement
    digest: str
    grade: str | None = None
    hoped_for: str = ""
    addressed_to: str = ""
    body: Mapping[str, object] = field(default_factory=dict)

    def person(self, ref: str) -> PersonNamed:
        return next(person for person in self.people if person.ref == ref)
