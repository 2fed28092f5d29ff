"""Reading the directory of agencies from its pack file, with every mistake named."""

from __future__ import annotations

import functools
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from daras.agencies.directory import (
    Agency,
    Contact,
    Directory,
    DirectoryRefused,
    NamedContact,
    Owner,
    Team,
)

#: The packs that come with the software.
PRACTICE_FOLDER = Path(__file__).resolve().parents[3] / "practice"
AGENCIES_FILE = PRACTICE_FOLDER / "cornwall" / "agencies.toml"

Table = Mapping[str, Any]
#: Where a mistake is (the table's kind, its index and the key in it), and what it is.
Mistake = tuple[str, int, str, str]


@functools.cache
def load_directory(path: Path = AGENCIES_FILE) -> Directory:
    """The directory of agencies, read once; raises `DirectoryRefused` naming every mistake in the file."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DirectoryRefused(f"{path.name} cannot be read: {error}") from error
    found = list(mistakes(document))
    if found:
        lines = "\n".join(f"  {kind} {index + 1}, {key}: {what}" for kind, index, key, what in found)
        raise DirectoryRefused(f"{path.name} holds mistakes:\n{lines}")
    return build(document)


def build(document: Table) -> Directory:
    """A directory from a document without mistakes."""
    return Directory(
        partnership=document["partnership"],
        agencies={table["id"]: _agency(table) for table in document["agency"]},
        contacts=tuple(_contact(table) for table in document["contact"]),
        authority_by_outward_code=_authorities(document, "postcodes"),
        authority_by_town={" ".join(t.casefold().split()): a for t, a in _authorities(document, "towns").items()},
    )


def _agency(table: Table) -> Agency:
    return Agency(
        id=table["id"],
        name=table["name"],
        kind=table["kind"],
        authority=table["authority"],
        teams=tuple(_team(team) for team in table.get("team", ())),
        valid_from=table.get("valid_from"),
        valid_to=table.get("valid_to"),
        succeeds=tuple(table.get("succeeds", ())),
        custodian=_named(table.get("custodian")),
        safeguarding_lead=_named(table.get("safeguarding_lead")),
    )


def _team(table: Table) -> Team:
    return Team(
        id=table["id"],
        name=table["name"],
        email=table["email"],
        telephone=table.get("telephone"),
        takes=frozenset(table.get("takes", ())),
        hours=table.get("hours", "office"),
        covert=bool(table.get("covert", False)),
    )


def _named(table: Table | None) -> NamedContact | None:
    return NamedContact(title=table["title"], email=table["email"]) if table else None


def _contact(table: Table) -> Contact:
    return Contact(
        role=table["role"],
        owner=Owner.parse(table["owner"]),
        authority=table.get("authority"),
        valid_from=table.get("valid_from"),
        valid_to=table.get("valid_to"),
    )


def _authorities(document: Table, key: str) -> dict[str, str]:
    return {name: table["authority"] for table in document["place"] for name in table.get(key, ())}


_REQUIRED = {
    "place": ("authority",),
    "contact": ("role", "owner"),
    "agency": ("id", "name", "kind", "authority"),
}
_ALLOWED = {
    "place": {"authority", "postcodes", "towns"},
    "contact": {"role", "owner", "authority", "valid_from", "valid_to"},
    "agency": {"id", "name", "kind", "authority", "valid_from", "valid_to", "succeeds"}
    | {"custodian", "safeguarding_lead", "team"},
}


def mistakes(document: Table) -> Iterator[Mistake]:
    """Every mistake in a directory document; shape first, and meaning only where the shape is right."""
    shape = list(_shape(document))
    yield from shape
    if not shape:
        yield from _repeated(document)
        yield from _teams(document)
        yield from _dates(document)
        yield from _names_of_agencies(document)
        yield from _contacts_that_overlap(document)


def _shape(document: Table) -> Iterator[Mistake]:
    if not isinstance(document.get("partnership"), str):
        yield "file", 0, "partnership", "the partnership's name is missing"
    for kind, required in _REQUIRED.items():
        tables = document.get(kind)
        if not isinstance(tables, list) or not tables:
            yield kind, 0, kind, f"there is no [[{kind}]]"
            continue
        for index, table in enumerate(tables):
            for key in required:
                if not isinstance(table.get(key), str):
                    yield kind, index, key, f"“{key}” is missing"
            for key in table.keys() - _ALLOWED[kind]:
                yield kind, index, key, f"“{key}” is not a word this file knows"


def _repeated(document: Table) -> Iterator[Mistake]:
    counts = Counter(table["id"] for table in document["agency"])
    for index, table in enumerate(document["agency"]):
        if counts[table["id"]] > 1:
            yield "agency", index, "id", f"“{table['id']}” stands more than once"
    seen: dict[str, str] = {}
    for index, table in enumerate(document["place"]):
        for code in table.get("postcodes", ()):
            if seen.setdefault(code, table["authority"]) != table["authority"]:
                yield "place", index, "postcodes", f"“{code}” belongs to two authorities"


def _teams(document: Table) -> Iterator[Mistake]:
    for index, table in enumerate(document["agency"]):
        seen: set[str] = set()
        for team in table.get("team", ()):
            missing = [key for key in ("id", "name", "email") if not isinstance(team.get(key), str)]
            if missing:
                yield "agency", index, "team", f"a team has no {', '.join(missing)}"
                continue
            if team["id"] in seen:
                yield "agency", index, "team", f"the team “{team['id']}” stands more than once"
            if team.get("hours", "office") not in ("office", "always"):
                yield (
                    "agency",
                    index,
                    "team",
                    f"the hours of “{team['id']}” are neither “office” nor “always”",
                )
            seen.add(team["id"])


def _dates(document: Table) -> Iterator[Mistake]:
    for kind in ("agency", "contact"):
        for index, table in enumerate(document[kind]):
            ends = [table.get("valid_from"), table.get("valid_to")]
            if any(end is not None and type(end) is not date for end in ends):
                yield kind, index, "valid_from", "dates are written 2021-06-26, without quotation marks"
            elif ends[0] and ends[1] and ends[0] > ends[1]:
                yield kind, index, "valid_to", "ends before it begins"


def _names_of_agencies(document: Table) -> Iterator[Mistake]:
    teams = {table["id"]: {team.get("id") for team in table.get("team", ())} for table in document["agency"]}
    for index, table in enumerate(document["agency"]):
        for earlier in table.get("succeeds", ()):
            if earlier not in teams:
                yield "agency", index, "succeeds", f"“{earlier}” is not an agency of this file"
    for index, table in enumerate(document["contact"]):
        owner = Owner.parse(table["owner"])
        if owner.agency not in teams:
            yield "contact", index, "owner", f"“{owner.agency}” is not an agency of this file"
        elif owner.team is not None and owner.team not in teams[owner.agency]:
            yield "contact", index, "owner", f"“{owner.agency}” has no team “{owner.team}”"


def _contacts_that_overlap(document: Table) -> Iterator[Mistake]:
    tables = document["contact"]
    for index, table in enumerate(tables):
        for other in tables[:index]:
            if table["role"] == other["role"] and _same_authority(table, other) and _meet(table, other):
                yield "contact", index, "role", f"two contacts answer as “{table['role']}” at the same time"


def _same_authority(one: Table, other: Table) -> bool:
    return one.get("authority") is None or other.get("authority") in (None, one.get("authority"))


def _meet(one: Table, other: Table) -> bool:
    starts = max(one.get("valid_from") or date.min, other.get("valid_from") or date.min)
    ends = min(one.get("valid_to") or date.max, other.get("valid_to") or date.max)
    return bool(starts <= ends)
