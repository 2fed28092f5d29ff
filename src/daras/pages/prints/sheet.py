"""A print as data, and the tagged PDF that is made of it (PDF/UA-1, ISO 14289-1)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import typst

from daras.access.models import Worker
from daras.working_time import wording as time_wording

TEMPLATE = Path(__file__).resolve().parent / "sheet.typ"
WORKING_COPY = "WORKING COPY"


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
    """A whole print."""

    title: str
    facts: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: str
    watermark: str = WORKING_COPY


def footer_for(worker: Worker, reference: str, at: datetime) -> str:
    """Who made this copy, of what, and when: on every page."""
    return f"{reference}. Working copy for {worker.name}, {time_wording.long_datetime(at)}. Destroy it after use."


def pdf(sheet: Sheet, at: datetime) -> bytes:
    """The tagged PDF. Fonts are those that come with the typesetter, so that every machine makes the same pages."""
    made: bytes = typst.compile(
        str(TEMPLATE),
        format="pdf",
        pdf_standards="ua-1",
        sys_inputs={"sheet": json.dumps(asdict(sheet))},
        ignore_system_fonts=True,
        timestamp=int(at.timestamp()),
    )
    return made
