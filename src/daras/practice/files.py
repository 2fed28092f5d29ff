"""The files of a pack, entry by entry, each with the line it begins on, so that a mistake is named by file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HEADER_FILE = "pack.toml"
AGENCIES_FILE = "agencies.toml"

_ENTRY = re.compile(r"\[\[([a-z_]+)\]\]")
_INNER = re.compile(r"\[\[[a-z_]+\.([a-z_.]+)\]\]")
_KEY = re.compile(r"([A-Za-z0-9_-]+)\s*=")
_LINE_IN_MESSAGE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of a pack file: its kind, its words, and where they stand."""

    kind: str
    words: Mapping[str, Any]
    file: Path
    line: int = 1
    lines: Mapping[str, int] = field(default_factory=dict)

    def line_of(self, key: str) -> int:
        """The line of a key, or of the entry (or the inner table) where the key is missing."""
        shorter = key
        while shorter and shorter not in self.lines:
            shorter = shorter.rpartition("." if "." in shorter else " ")[0]
        return self.lines.get(shorter, self.line)

    @property
    def id(self) -> str:
        """What names the entry among those of its kind."""
        return str(self.words.get("id", self.words.get("level", "")))


class FileRefused(ValueError):
    """A file is not TOML, or cannot be read."""

    def __init__(self, file: Path, line: int, message: str) -> None:
        super().__init__(message)
        self.file, self.line = file, line


def read_document(file: Path) -> tuple[Mapping[str, Any], str]:
    """The TOML of a file and its text; raises `FileRefused` with the line."""
    try:
        text = file.read_text(encoding="utf-8")
        return tomllib.loads(text), text
    except (OSError, UnicodeDecodeError) as error:
        raise FileRefused(file, 1, f"cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        found = _LINE_IN_MESSAGE.search(str(error))
        raise FileRefused(file, int(found[1]) if found else 1, f"is not TOML: {error}") from error


def read_header(folder: Path) -> Entry:
    """The head of a pack: id, name, dates, what it builds on."""
    file = folder / HEADER_FILE
    document, text = read_document(file)
    return Entry("pack", document, file, 1, dict(_keys(text.splitlines(), 1)))


def read_entries(file: Path) -> Iterator[Entry]:
    """Every entry of a file in order; raises `FileRefused`."""
    document, text = read_document(file)
    places = places_in(text)
    for kind, tables in document.items():
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise FileRefused(file, 1, f"“{kind}” is no entry: a pack file holds [[{kind}]] tables only")
        for index, table in enumerate(tables):
            line, lines = places.get((kind, index), (1, {}))
            yield Entry(kind, table, file, line, lines)


def places_in(text: str) -> dict[tuple[str, int], tuple[int, dict[str, int]]]:
    """Where each [[kind]] of the file stands, counted by kind, with the lines of its keys.

    A key of an inner table ([[form.section.question]]) is named by its place: "section 2 question 1.ask".
    """
    counted: dict[str, int] = {}
    places: dict[tuple[str, int], tuple[int, dict[str, int]]] = {}
    current: dict[str, int] = {}
    inner, inner_counts = "", dict[str, int]()
    in_long_text = False
    for number, line in enumerate(text.splitlines(), start=1):
        if not in_long_text:
            if entry := _ENTRY.match(line):
                index = counted.get(entry[1], 0)
                counted[entry[1]] = index + 1
                current, inner, inner_counts = {}, "", {}
                places[entry[1], index] = (number, current)
            elif table := _INNER.match(line):
                inner = _place(table[1].split("."), inner_counts)
                current[inner] = number
                inner += "."
            elif key := _KEY.match(line):
                current.setdefault(inner + key[1], number)
        if line.count('"""') % 2:
            in_long_text = not in_long_text
    return places


def _place(names: list[str], counts: dict[str, int]) -> str:
    """The place of the next inner table of a name: those below it are counted anew."""
    *above, last = names
    prefix = "".join(f"{name} {counts['.'.join(above[: n + 1])]} " for n, name in enumerate(above))
    dotted = ".".join(names)
    counts[dotted] = counts.get(dotted, 0) + 1
    for below in [each for each in counts if each.startswith(f"{dotted}.")]:
        del counts[below]
    return f"{prefix}{last} {counts[dotted]}"


def _keys(lines: list[str], first: int) -> Iterator[tuple[str, int]]:
    for number, line in enumerate(lines, start=first):
        if key := _KEY.match(line):
            yield key[1], number
