"""A print as data, and the tagged PDF that is made of it (PDF/UA-1, ISO 14289-1)."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from daras.access.models import Worker
from daras.pages import wording
from daras.working_time import wording as time_wording

TEMPLATE = Path(__file__).resolve().parent / "sheet.typ"
WORKING_COPY = "WORKING COPY"
#: How much larger a copy in large print is.
LARGE = 2.0
#: A word longer than this may be broken after every few of its letters: a name must never run off the paper.
LONGEST_WORD = 24
_ENDLESS = re.compile(rf"\S{{{LONGEST_WORD},}}")
_BREAK_HERE = "\N{ZERO WIDTH SPACE}"


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a print: paragraphs, then a list, then a table."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole print. The marking, where there is one, stands at the top of every page and once in the text."""

    title: str
    facts: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: str
    watermark: tuple[str, ...] = (WORKING_COPY,)
    marking: str = ""
    scale: float = 1.0

    def in_large_print(self) -> Sheet:
        """The same in letters twice as large."""
        return replace(self, scale=LARGE)


def footer_for(worker: Worker, reference: str, at: datetime) -> str:
    """Who made this copy, of what, and when: on every page."""
    return f"{reference}. Working copy for {worker.name}, {time_wording.long_datetime(at)}. Destroy it after use."


def watermark_for(worker: Worker, at: datetime, purpose: str) -> tuple[str, ...]:
    """Across every page of a working copy: that it is one, for whom, of which agency, when and for what (interface:
    prints)."""
    return (WORKING_COPY, worker.name, wording.agency(worker.agency), time_wording.long_datetime(at), purpose)


def breakable(text: str) -> str:
    """The same words, with places at which a very long one may go on in the next line."""
    return _ENDLESS.sub(lambda found: _BREAK_HERE.join(re.findall(r".{1,8}", found[0])), text)


def pdf(sheet: Sheet, at: datetime) -> bytes:
    """The tagged PDF. Fonts are those that come with the typesetter, so that every machine makes the same pages."""
    made: bytes = typst.compile(
        str(TEMPLATE),
        format="pdf",
        pdf_standards="ua-1",
        sys_inputs={"sheet": json.dumps(_throughout(asdict(sheet))), "title": sheet.title},
        font_paths=_fonts(),
        timestamp=int(at.timestamp()),
    )
    return made


@cache
def _fonts() -> typst.Fonts:
    """Read once a process: to read them takes as long as to set a page."""
    return typst.Fonts(include_system_fonts=False)


def _throughout(value: Any) -> Any:
    if isinstance(value, str):
        return breakable(value)
    if isinstance(value, dict):
        return {name: _throughout(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_throughout(each) for each in value]
    return value
