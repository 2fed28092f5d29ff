"""The chronology as SVG (interface: key screen 5): a lane for each agency, time down the page, gaps to be seen.

Pure and the same each time. A list beside it says the same in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from daras.design.written import DEEP, INK, QUIET, SHORE, element, lines_of, picture, text

DATES, LANE, LETTERS, LEADING = 132, 214, 26, 16
HEAD, GAP_HEIGHT, PAD = 56, 40, 12
#: From so many days without anything known a gap is shown as such.
GAP_DAYS = 60


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry: when it happened as a day and in words, in whose lane, what. `late` says how much later it was
    recorded; `significant` stands out."""

    day: date | None
    when: str
    lane: str
    words: str
    late: str = ""
    significant: bool = False


def draw(moments: Sequence[Moment], *, title: str, name: str = "lanes") -> Markup:
    """The picture, in the order of `moments`; a lane for each agency in the order in which they first appear."""
    lanes = list(dict.fromkeys(moment.lane for moment in moments))
    rows: list[str] = []
    y: float = HEAD + PAD
    before: date | None = None
    shown = ""
    for moment in moments:
        gap = abs((moment.day - before).days) if moment.day and before else 0
        if gap >= GAP_DAYS:
            rows.append(_gap(y, len(lanes), gap))
            y += GAP_HEIGHT
        drawn, height = _moment(moment, lanes.index(moment.lane), y, new_day=moment.when != shown)
        rows.append(drawn)
        y += height + PAD
        before, shown = moment.day or before, moment.when
    heads = [_head(place, lane, y) for place, lane in enumerate(lanes)]
    width = DATES + LANE * max(len(lanes), 1) + PAD
    description = "A lane for each agency, time down the page. The list beside this picture says the same in words."
    return picture(width, y, name=name, title=title, description=description, inside="".join([*heads, *rows]))


def _head(place: int, lane: str, height: float) -> Markup:
    left = DATES + place * LANE
    ground = {"x": left, "y": 0, "width": LANE - 6, "height": height, "fill": "#f4f8f7" if place % 2 else "#eaf2f0"}
    drawn = element("rect", ground)
    for number, line in enumerate(lines_of(lane, LETTERS - 2, 2)):
        drawn += text(left + 10, 22 + number * 17, line, font_weight=700, fill=DEEP)
    return drawn


def _gap(y: float, lanes: int, days: int) -> Markup:
    """Time in which nothing is known: a band across all lanes."""
    across = {"x1": 0, "x2": DATES + lanes * LANE - 6, "y1": y + 14, "y2": y + 14}
    months = round(days / 30.4)
    length = f"{months // 12} years" if months >= 24 else f"{months} months"
    line = element("line", across | {"stroke": QUIET, "stroke_dasharray": "2 6", "stroke_width": 2})
    halo = {"paint_order": "stroke", "stroke": "#fff", "stroke_width": 6}
    return line + text(DATES + 10, y + 19, f"nothing known for {length}", font_size=13, fill=QUIET, **halo)


def _moment(moment: Moment, lane: int, y: float, *, new_day: bool) -> tuple[Markup, float]:
    left = DATES + lane * LANE
    written = lines_of(moment.words, LETTERS, 4)
    late = lines_of(moment.late, LETTERS - 2, 2) if moment.late else []
    when = lines_of(moment.when, 16, 3) if new_day else []
    height = max(LEADING * (len(written) + len(late)) + 10, LEADING * len(when) + 4)
    drawn = element("title", {}, str(escape(f"{moment.when}, {moment.lane}: {moment.words} {moment.late}".strip())))
    for number, line in enumerate(when):
        drawn += text(4, y + 16 + number * LEADING, line, font_size=13, fill=INK)
    box: dict[str, object] = {"x": left + 6, "y": y, "width": LANE - 18, "height": height, "rx": 3, "fill": "#fff"}
    drawn += element("rect", box | {"stroke": DEEP if moment.significant else SHORE, "stroke_width": 1})
    if moment.significant:
        drawn += element("rect", {"x": left + 6, "y": y, "width": 5, "height": height, "fill": DEEP})
    for number, line in enumerate([*written, *late]):
        is_late = number >= len(written)
        look: dict[str, object] = {"font_size": 13}
        if is_late:
            mark = "◷ " if number == len(written) else ""
            drawn += text(
                left + 18, y + 17 + number * LEADING, mark + line, font_size=12, fill=INK, font_style="italic"
            )
        else:
            drawn += text(left + 18, y + 17 + number * LEADING, line, **look)
    return element("g", {}, drawn), height
