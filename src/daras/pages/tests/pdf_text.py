"""Where each piece of text stands on a page of a PDF, and what it says: read from the file alone."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

UPRIGHT: tuple[float, ...] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some letters in one line, from where to where in points, how large, and whether they are a mere artifact."""

    letters: tuple[str, ...]
    left: float
    right: float
    bottom: float
    size: float
    artifact: bool
    level: bool  # written from left to right, as a watermark is not


def text_of(data: bytes, *, artifacts: bool = False) -> str:
    """All words, in the order written; what stands in artifacts too where that is asked for."""
    with pikepdf.open(io.BytesIO(data)) as file:
        found = [piece for page in file.pages for piece in pieces(page) if artifacts or not piece.artifact]
    return re.sub(r"\s+", " ", " ".join("".join(piece.letters) for piece in found))


def letters_of(data: bytes, *, artifacts: bool = False) -> str:
    """All letters without any space between them: for what may be broken over lines."""
    return re.sub(r"\s+", "", text_of(data, artifacts=artifacts))


def pieces(page: pikepdf.Page) -> Iterator[Piece]:
    """Every piece of text that a page draws."""
    fonts = {name: Font(font) for name, font in page.Resources.get("/Font", {}).items()}
    here, kept = UPRIGHT, list[tuple[float, ...]]()
    at, size, marks = UPRIGHT, 1.0, list[bool]()
    font: Font | None = None
    for instruction in pikepdf.parse_content_stream(page):
        operator, said = str(instruction.operator), instruction.operands
        if operator == "q":
            kept.append(here)
        elif operator == "Q":
            here = kept.pop()
        elif operator == "cm":
            here = times(tuple(map(float, said)), here)
        elif operator in {"BDC", "BMC"}:
            marks.append(str(said[0]) == "/Artifact")
        elif operator == "EMC":
            marks.pop()
        elif operator == "BT":
            at = UPRIGHT
        elif operator == "Tf":
            font, size = fonts[str(said[0])], float(said[1])
        elif operator == "Tm":
            at = tuple(map(float, said))
        elif operator == "Td":
            at = times((1.0, 0.0, 0.0, 1.0, float(said[0]), float(said[1])), at)
        elif operator in {"Tj", "TJ"} and font is not None:
            letters, wide = font.read(said[0] if operator == "TJ" else [said[0]], size)
            yield _piece(letters, wide, size, times(at, here), artifact=any(marks))
            at = times((1.0, 0.0, 0.0, 1.0, wide, 0.0), at)


def _piece(letters: list[str], wide: float, size: float, at: tuple[float, ...], *, artifact: bool) -> Piece:
    a, b, _, d, x, y = at
    return Piece(
        tuple(letters), min(x, x + a * wide), max(x, x + a * wide), y, abs(size * d), artifact, level=abs(b) < 1e-6
    )


def times(first: tuple[float, ...], then: tuple[float, ...]) -> tuple[float, ...]:
    """One transformation after another (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


class Font:
    """A composite font with codes of two bytes: what each draws, and how wide."""

    def __init__(self, font: Any) -> None:
        drawn = font.DescendantFonts[0] if "/DescendantFonts" in font else {}
        self._default = float(drawn.get("/DW", 1000)) if drawn else 1000.0
        self._widths = dict(_widths(list(drawn.get("/W", [])))) if drawn else {}
        self._letters = dict(_letters(font.ToUnicode.read_bytes().decode("latin-1"))) if "/ToUnicode" in font else {}

    def read(self, said: Any, size: float) -> tuple[list[str], float]:
        """The letters, and how far they reach in units of the text."""
        letters, wide = list[str](), 0.0
        for each in said:
            if not isinstance(each, pikepdf.String):
                wide -= float(each) / 1000 * size
                continue
            raw = bytes(each)
            for code in (int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)):
                letters.append(self._letters.get(code, ""))
                wide += self._widths.get(code, self._default) / 1000 * size
        return letters, wide


def _widths(said: list[Any]) -> Iterator[tuple[int, float]]:
    at = 0
    while at < len(said):
        first, then = int(said[at]), said[at + 1]
        if isinstance(then, pikepdf.Array):
            yield from ((first + number, float(width)) for number, width in enumerate(then))
            at += 2
        else:
            yield from ((code, float(said[at + 2])) for code in range(first, int(then) + 1))
            at += 3


def _letters(table: str) -> Iterator[tuple[int, str]]:
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.S):
        for code, letters in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            yield int(code, 16), bytes.fromhex(letters).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.S):
        for first, last, letters in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            start = int(letters, 16)
            for code in range(int(first, 16), int(last, 16) + 1):
                yield code, chr(start + code - int(first, 16))
