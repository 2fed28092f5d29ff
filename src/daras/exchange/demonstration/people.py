"""Who lives where in the demonstration, and which agency holds whom: one truth, and a copy of it in each agency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from daras.exchange.extracts import ResponsibilityHeld
from daras.frontdoor.document import Address, RelationshipNamed, RiskNamed


@dataclass(frozen=True, slots=True)
class Held:
    """That an agency holds somebody: as what (nothing: on file only), since and until when.

    Its copy may have some things otherwise: `written` are fields of `Resident`; `at_former_home`: the former address.
    """

    agency: str
    kind: str = ""
    team: str | None = None
    since: date | None = None
    until: date | None = None
    written: Mapping[str, Any] = field(default_factory=dict)
    at_former_home: bool = False
    without_date_of_birth: bool = False


@dataclass(frozen=True, slots=True)
class Risk:
    """What is known of somebody who poses a risk to children, and which agencies tell of it in their lists."""

    named: RiskNamed
    told_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resident:
    """One person as they are."""

    key: str
    role: str
    given_name: str = ""
    family_name: str = ""
    previous_family_name: str = ""
    known_as: str = ""
    born: date | None = None
    expected: date | None = None
    sex: str = ""
    nhs_number: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    home: Address | None = None
    former_homes: tuple[Address, ...] = ()
    disabilities: tuple[str, ...] = ()
    risk: Risk | None = None
    works_with_children: str = ""
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Household:
    """People who live together, with their ties; also to others outside, by key."""

    residents: tuple[Resident, ...]
    ties: tuple[RelationshipNamed, ...] = ()
    responsibilities: tuple[ResponsibilityHeld, ...] = ()
