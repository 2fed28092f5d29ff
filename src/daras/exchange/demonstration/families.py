"""The families written by hand, read from `demo/families.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from daras.exchange.demonstration.people import Held, Household, Resident, Risk
from daras.exchange.demonstration.workers import DEMO
from daras.exchange.extracts import ResponsibilityHeld
from daras.frontdoor.document import Address, RelationshipNamed, RiskNamed

Table = Mapping[str, Any]


@cache
def families(path: Path = DEMO / "families.toml") -> tuple[Household, ...]:
    """Every family of the file, in its order."""
    with path.open("rb") as file:
        return tuple(_family(table) for table in tomllib.load(file)["family"])


def _family(table: Table) -> Household:
    name, home = table["id"], table.get("home")
    return Household(
        residents=tuple(_resident(name, member, home) for member in table["member"]),
        ties=tuple(
            RelationshipNamed(_key(name, tie["from"]), _key(name, tie["to"]), tie["type"])
            for tie in table.get("tie", ())
        ),
        responsibilities=tuple(
            ResponsibilityHeld(
                _key(name, each["holder"]), _key(name, each["child"]), each["ground"], each.get("evidence_seen", "")
            )
            for each in table.get("responsible", ())
        ),
    )


def _key(family: str, member: str) -> str:
    return f"{family}/{member}"


def _resident(family: str, member: Table, family_home: Table | None) -> Resident:
    home = member.get("home", family_home)
    return Resident(
        key=_key(family, member["id"]),
        role=member["role"],
        given_name=member.get("given_name", ""),
        family_name=member.get("family_name", ""),
        previous_family_name=member.get("previous_family_name", ""),
        known_as=member.get("known_as", ""),
        born=member.get("born"),
        expected=member.get("expected"),
        sex=member.get("sex", ""),
        nhs_number=member.get("nhs_number", ""),
        identifiers=tuple((each["system"], each["value"]) for each in member.get("identifiers", ())),
        home=address(home) if home else None,
        former_homes=tuple(map(address, member.get("former_homes", ()))),
        disabilities=tuple(member.get("disabilities", ())),
        risk=_risk(member["poses_risk"]) if "poses_risk" in member else None,
        held=tuple(map(_held, member["held"])),
    )


def address(table: Table) -> Address:
    """An address from its table."""
    return Address(**{**table, "lines": tuple(table["lines"])})


def _held(table: Table) -> Held:
    written = dict(table.get("written", {}))
    at_former_home = written.pop("at_former_home", False)
    if "home" in written:
        written["home"] = address(written["home"])
    return Held(
        agency=table["by"],
        kind=table["as"],
        team=table.get("team"),
        since=table.get("since"),
        until=table.get("until"),
        written=written,
        at_former_home=at_former_home,
        without_date_of_birth=table.get("without_date_of_birth", False),
    )


def _risk(table: Table) -> Risk:
    fields = dict(table)
    told_by = tuple(fields.pop("told_by"))
    return Risk(RiskNamed(**{**fields, "known_by": tuple(fields.get("known_by", ()))}), told_by)
