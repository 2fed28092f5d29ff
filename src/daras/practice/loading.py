"""Loading a pack for a day: the national layers it builds on, then the local overlay, the later over the earlier."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from daras.agencies.directory import within
from daras.agencies.reading import PRACTICE_FOLDER
from daras.practice.building import BUILDERS
from daras.practice.entry_words import EntryMistake
from daras.practice.files import AGENCIES_FILE, HEADER_FILE, Entry, FileRefused, read_entries, read_header
from daras.practice.pack import Pack, Source
from daras.practice.request_definitions import duties_of, ladder_duties
from daras.working_time.calendars import OfficeHours, WorkingCalendar


class PackRefused(ValueError):
    """A pack holds mistakes; each is named by file and line."""


class NoPackForThatDay(LookupError):
    """No pack is in force on the day asked about."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One folder of a pack: its head and its entries."""

    folder: Path
    head: Entry
    entries: tuple[Entry, ...]


def read_layer(folder: Path) -> Layer:
    """All entries of a folder; raises `FileRefused`."""
    files = sorted(file for file in folder.glob("*.toml") if file.name not in (HEADER_FILE, AGENCIES_FILE))
    return Layer(folder, read_header(folder), tuple(entry for file in files for entry in read_entries(file)))


def read_layers(folder: Path) -> tuple[Layer, ...]:
    """The layers of a pack, the deepest first and the local overlay last; raises `FileRefused`."""
    chain: list[Layer] = []
    seen: set[Path] = set()
    next_folder: Path | None = folder
    while next_folder is not None:
        layer = read_layer(next_folder)
        chain.insert(0, layer)
        seen.add(next_folder)
        below = layer.head.words.get("builds_on")
        next_folder = folder.parent / str(below) if below else None
        if next_folder in seen:
            raise FileRefused(layer.head.file, layer.head.line_of("builds_on"), "builds on itself")
    overlay = chain[-1].head.words.get("overlay")
    return (*chain, read_layer(folder.parent / str(overlay))) if overlay else tuple(chain)


def pack_names(root: Path = PRACTICE_FOLDER) -> tuple[str, ...]:
    """The ids of the packs that can be in force; an overlay is part of one, not a pack of its own."""
    heads = (read_header(file.parent) for file in sorted(root.glob(f"*/{HEADER_FILE}")))
    return tuple(head.id for head in heads if not head.words.get("is_overlay"))


def _in_force(root: Path, on: date) -> Iterator[str]:
    for name in pack_names(root):
        words = read_header(root / name).words
        if within(on, words.get("valid_from"), words.get("valid_to")):
            yield name


@functools.lru_cache(maxsize=512)
def pack_for(on: date, root: Path = PRACTICE_FOLDER) -> Pack:
    """The pack in force on a day; raises `NoPackForThatDay`, or `PackRefused` naming every mistake in it."""
    for name in _in_force(root, on):
        return load_pack(name, on, root)
    raise NoPackForThatDay(f"No practice pack is in force on {on}.")


@functools.lru_cache(maxsize=512)
def load_pack(name: str, on: date, root: Path = PRACTICE_FOLDER) -> Pack:
    """A pack by name as it stands on a day, whether or not it is in force then: for replays."""
    try:
        layers = _layers_as_first_read(root / name)
    except FileRefused as error:
        raise PackRefused(f"{error.file}, line {error.line}: {error}") from error
    since = max(day for day in _days_of_change(layers) if day <= on)
    return replace(_built_since(root / name, since), on=on)


def _days_of_change(layers: Iterable[Layer]) -> Iterator[date]:
    """The first of all days, and those on which an entry begins or is in force no more: between two a pack is one."""
    yield date.min
    for words in (entry.words for layer in layers for entry in layer.entries):
        if words.get("valid_from"):
            yield words["valid_from"]
        if words.get("valid_to") and words["valid_to"] < date.max:
            yield words["valid_to"] + timedelta(days=1)


@functools.lru_cache(maxsize=64)
def _built_since(folder: Path, since: date) -> Pack:
    return _build(_layers_as_first_read(folder), since)


@functools.lru_cache(maxsize=64)
def _layers_as_first_read(folder: Path) -> tuple[Layer, ...]:
    """The layers of a pack for as long as this process runs: a pack that changes needs a restart, like any code."""
    return read_layers(folder)


def _build(layers: tuple[Layer, ...], on: date) -> Pack:
    entries = active(layers, on)
    mistakes: list[str] = []
    sources: dict[str, Source] = {}
    built: dict[str, dict[str, Any]] = {kind: {} for kind in BUILDERS}
    for kind, key in sorted(entries, key=lambda pair: pair[0] != "source"):
        entry = entries[kind, key]
        try:
            made = BUILDERS[kind](entry, sources)
        except (EntryMistake, KeyError) as error:
            line = entry.line_of(error.key) if isinstance(error, EntryMistake) else entry.line
            mistakes.append(f"{entry.file}, line {line}: {kind} “{entry.id}”: {error}")
            continue
        if isinstance(made, Source):
            sources[made.id] = made
        built[kind][key] = made
    if mistakes or not built["late_start"]:
        raise PackRefused("\n".join(mistakes or [f"{layers[-1].folder}: there is no [[late_start]]"]))
    return _pack(layers, built, on)


def _pack(layers: tuple[Layer, ...], built: Mapping[str, Mapping[str, Any]], on: date) -> Pack:
    named = next(layer.head for layer in reversed(layers) if not layer.head.words.get("is_overlay"))
    hours = next(iter(built["office_hours"].values()), OfficeHours())
    words = (word for placeholder in built["placeholder"].values() for word in placeholder)
    return Pack(
        id=named.id,
        name=str(named.words["name"]),
        on=on,
        levels=tuple(sorted(built["level"].values(), key=lambda level: level.level)),
        sources=built["source"],
        indicators=tuple(built["indicator"].values()),
        duty_kinds={**built["duty"], **duties_of(built["request"]), **ladder_duties(built["rung"].values())},
        invitations=tuple(built["invitation"].values()),
        questions=tuple(built["question"].values()),
        cues=built["cue"],
        ceilings=built["ceiling"],
        caseloads=built["caseload"],
        evening_calls=next(iter(built["evening_calls"].values()), None),
        repeated_advice=next(iter(built["repeated_advice"].values()), None),
        voice_placeholders=frozenset(folded(word) for word in words),
        late_start=next(iter(built["late_start"].values())),
        calendar=WorkingCalendar(hours),
        processing=tuple(built["processing"].values()),
        withholdings=built["withholding"],
        forms=built["form"],
        measures=built["measure"],
        requests=built["request"],
        services=built["service"],
        needs=built["need"],
        ladder=tuple(sorted(built["rung"].values(), key=lambda rung: rung.level)),
        themes=built["theme"],
        flags=built["flag"],
        link_thresholds=built["link_threshold"],
        retention=built["retention"],
    )


def active(layers: Iterable[Layer], on: date) -> dict[tuple[str, str], Entry]:
    """The entries in force on a day by kind and id; a later layer replaces or withdraws what an earlier one says."""
    found: dict[tuple[str, str], Entry] = {}
    for layer in layers:
        for entry in layer.entries:
            if not within(on, entry.words.get("valid_from"), entry.words.get("valid_to")):
                continue
            if entry.words.get("withdrawn"):
                found.pop((entry.kind, entry.id), None)
            else:
                found[entry.kind, entry.id] = entry
    return found


def voice_placeholders(on: date) -> frozenset[str]:
    """What is no voice of a child ("notapplicable", "na", "none"), as letters and digits only (A3)."""
    return pack_for(on).voice_placeholders


def folded(text: str) -> str:
    """Letters and digits only, in lower case: "N/A", "n.a." and "NA" are one."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())
