"""How the facts about people are told. Agencies are said by the page: their names are not facts."""

from __future__ import annotations

from typing import Any

from daras.chronology.telling import Kind, Period
from daras.people.models import (
    AddressStay,
    BirthKnown,
    InvolvementKnown,
    NameKnown,
    PosesRiskKnown,
    WorksWithChildrenKnown,
)


def _plain(slug: str) -> str:
    return slug.replace("-", " ")


def _held(detail: AddressStay | InvolvementKnown) -> Period:
    return detail.since, detail.until


def _address(stay: AddressStay) -> str:
    return ", ".join(part for part in (*stay.lines, stay.town, stay.postcode) if part)


def _stays(stay: AddressStay) -> str:
    words = {"lives": "Lives at", "lived": "Lived at", "stays": "Stays at", "proposed": "Is proposed to live at"}
    return f"{words.get(stay.use, 'Is at')} {_address(stay)}"


def _named(name: NameKnown) -> str:
    written = " ".join(part for part in (name.given_name, name.middle_names, name.family_name) if part)
    words = {"previous": "Was called", "alias": "Is also called"}
    return f"{words.get(name.use, 'Is called')} {written}"


def _born(birth: BirthKnown) -> str:
    if birth.date_of_birth:
        return "Born"
    return "Birth expected" if birth.expected_on else "Date of birth not known"


def _risk(known: PosesRiskKnown) -> str:
    words = [f"Poses a risk to children: {_plain(known.status)} ({_plain(known.basis)})"]
    words += ["in custody"] if known.in_custody else []
    return ", ".join(words)


def _release(known: PosesRiskKnown) -> str:
    return f"Release on {known.release_on.day} {known.release_on:%B %Y}" if known.release_on else ""


PEOPLE: tuple[Kind[Any], ...] = (
    Kind(BirthKnown, "family", _born, period=lambda birth: (birth.date_of_birth or birth.expected_on,) * 2),
    Kind(NameKnown, "family", _named),
    Kind(AddressStay, "home", _stays, period=_held),
    Kind(InvolvementKnown, "services", lambda each: _plain(each.involvement).capitalize(), period=_held),
    Kind(PosesRiskKnown, "risk", _risk, words=_release, significant=True),
    Kind(WorksWithChildrenKnown, "risk", lambda each: f"Works with children: {each.description}"),
)
