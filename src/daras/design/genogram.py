"""The family picture as SVG (interface: key screen 6): generations in rows, household outlines, dashed for
what is past, risk by shape and label, the reason on each line.

Pure: people and ties in, a picture out, the same one each time. Lines run down from people, along channels between
the rows and through the corridors between columns, so that none runs through anybody. A table beside it says the
same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from daras.design.genogram_channels import APART, Segment, assign, is_above
from daras.design.genogram_layout import Figure, Household, Line, Standing, standing
from daras.design.written import DEEP, QUIET, RISK, SHORE, element, lines_of, picture, text

__all__ = ["Figure", "Household", "Line", "draw"]

COLUMN, SHAPE, LETTERS, LEADING = 172, 46, 19, 17
CHANNEL, MARGIN, PAD = 24, 24, 22
LETTER_WIDTH = 6.4
#: The dashes of what an agency proposes: shorter than those of what is past.
PROPOSED = "2 4"
#: How far to the side a line reaches somebody whom another line would else run into.
ASIDE = 14.0


@dataclass(slots=True)
class _Plan:
    """Everything measured: where people, rows and channels are."""

    standing: Standing
    figures: dict[int, Figure]
    words: dict[int, list[tuple[str, str]]]  # class and line
    tops: list[float] = field(default_factory=list)
    bottoms: list[float] = field(default_factory=list)
    segments: defaultdict[int, list[Segment]] = field(default_factory=lambda: defaultdict(list))
    ports: defaultdict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    corridors: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    height: float = 0

    def x(self, key: int) -> float:
        return MARGIN + (self.standing.column[key] + 0.5) * COLUMN

    def port(self, key: int, side: str) -> float:
        """Where the next line leaves somebody: beside the ones before, right and left in turn."""
        used = self.ports[key, side]
        self.ports[key, side] += 1
        return self.x(key) + (used + 1) // 2 * 9 * (1 if used % 2 else -1)

    def top(self, key: int) -> float:
        return self.tops[self.standing.row[key]]

    def below(self, key: int) -> float:
        return self.top(key) + SHAPE + 6 + LEADING * len(self.words[key])


@dataclass(slots=True)
class _Route:
    """A line on its way: whose, from which side of whom, through which gap's channel, and the corridor if any."""

    line: Line
    start: tuple[float, int, str]
    end: tuple[float, int, str]
    first: Segment
    second: Segment | None = None
    corridor: float = 0


def draw(
    figures: Sequence[Figure],
    lines: Sequence[Line],
    households: Sequence[Household] = (),
    *,
    title: str,
    name: str = "family",
) -> Markup:
    """The picture. Lines to people who are not in it are left out."""
    known = {figure.key: figure for figure in figures}
    kept = [line for line in lines if line.start in known and line.end in known and line.start != line.end]
    plan = _Plan(standing(figures, kept, households), known, {key: _written(each) for key, each in known.items()})
    straight = [line for line in kept if line.kind == "partner" and _side_by_side(plan, line)]
    families, others = _families(plan, [line for line in kept if line not in straight])
    buses = [_bus(plan, family) for family in families]
    routes = [_route(plan, line) for line in others]
    _untangle(plan, buses)
    _measure(plan)
    drawn = [_outline(plan, place) for place in range(len(plan.standing.bands))]
    drawn += [_couple(plan, line) for line in straight]
    drawn += [_drawn_bus(plan, bus) for bus in buses]
    drawn += [_drawn(plan, route) for route in routes]
    drawn += _labels(plan, routes)
    drawn += [_caption(plan, place) for place in range(len(plan.standing.bands))]
    drawn += [_figure(plan, figure) for figure in figures]
    width = 2 * MARGIN + max(plan.standing.columns, 1) * COLUMN
    description = "Generations in rows; the table beside this picture says the same in words."
    return picture(width, plan.height, name=name, title=title, description=description, inside="".join(drawn))


def _written(figure: Figure) -> list[tuple[str, str]]:
    written = [("name", line) for line in lines_of(figure.name, LETTERS, 3)]
    if figure.about:
        written += [("about", line) for line in lines_of(figure.about, LETTERS + 1, 2)]
    if figure.risk:
        written += [("risk", line) for line in lines_of(f"▲ {figure.risk}", LETTERS, 3)]
    if figure.may_be:
        written += [("about", line) for line in lines_of(figure.may_be, LETTERS + 1, 2)]
    return written


def _side_by_side(plan: _Plan, line: Line) -> bool:
    one, other = plan.standing.column[line.start], plan.standing.column[line.end]
    return plan.standing.row[line.start] == plan.standing.row[line.end] and abs(one - other) == 1


def _families(plan: _Plan, lines: list[Line]) -> tuple[list[list[Line]], list[Line]]:
    """Children of the same parents, one row below them, hang from one line; every other line goes its own way."""
    row = plan.standing.row
    of_child: defaultdict[int, list[Line]] = defaultdict(list)
    others: list[Line] = []
    for line in lines:
        plain = line.kind == "parent" and not line.label and not line.past and not line.proposed
        if plain and row[line.end] - row[line.start] == 1:
            of_child[line.end].append(line)
        else:
            others.append(line)
    families: defaultdict[tuple[int, ...], list[Line]] = defaultdict(list)
    for its in of_child.values():
        families[tuple(sorted({line.start for line in its}))] += its
    return list(families.values()), others


@dataclass(slots=True)
class _Bus:
    """One line from which the children of the same parents hang."""

    lines: list[Line]
    parents: dict[int, float]
    children: dict[int, float]
    stretch: Segment


def _bus(plan: _Plan, lines: list[Line]) -> _Bus:
    parents = {key: plan.port(key, "bottom") for key in dict.fromkeys(line.start for line in lines)}
    children = {key: plan.port(key, "top") for key in dict.fromkeys(line.end for line in lines)}
    ends = [*parents.values(), *children.values()]
    row = plan.standing.row[lines[0].start]
    stretch = _stretch(plan, row, min(ends), max(ends), 0)
    stretch.above, stretch.below = list(parents.values()), list(children.values())
    return _Bus(lines, parents, children, stretch)


def _untangle(plan: _Plan, buses: Sequence[_Bus]) -> None:
    """Where each of two lines would have to turn aside above the other, the children of one are reached a little to the
    side: each parent stands straight above the other's child."""
    for bus in buses:
        beside = [other for other in plan.segments[plan.standing.row[bus.lines[0].start]] if other is not bus.stretch]
        ring = [other for other in beside if is_above(other, bus.stretch) and is_above(bus.stretch, other)]
        down = [x for other in ring for x in other.above]
        for key, x in bus.children.items():
            if any(abs(x - each) < APART for each in down):
                bus.children[key] = x + ASIDE
        bus.stretch.below = list(bus.children.values())
        bus.stretch.left = min(*bus.parents.values(), *bus.children.values())
        bus.stretch.right = max(*bus.parents.values(), *bus.children.values())


def _drawn_bus(plan: _Plan, bus: _Bus) -> Markup:
    y = bus.stretch.y
    path = f"M{bus.stretch.left:.1f},{y:.1f} H{bus.stretch.right:.1f}"
    path += "".join(f" M{x:.1f},{plan.below(key):.1f} V{y:.1f}" for key, x in bus.parents.items())
    path += "".join(f" M{x:.1f},{y:.1f} V{plan.top(key) - 2:.1f}" for key, x in bus.children.items())
    words = ". ".join(dict.fromkeys(line.words for line in bus.lines))
    look = {"d": path, "fill": "none", "stroke": DEEP, "stroke_width": 1.8, "stroke_linejoin": "round"}
    return element("g", {}, element("title", {}, str(escape(words))) + element("path", look))


def _route(plan: _Plan, line: Line) -> _Route:
    """Down from the upper one and up to the lower one; people in one row are joined beneath."""
    upper, lower = line.start, line.end
    if plan.standing.row[upper] > plan.standing.row[lower]:
        upper, lower = lower, upper
    row, under = plan.standing.row[upper], plan.standing.row[lower]
    side = "bottom" if row == under else "top"
    start, end = plan.port(upper, "bottom"), plan.port(lower, side)
    room = len(line.label) * LETTER_WIDTH + 20
    if under - row <= 1:
        first = _stretch(plan, row, start, end, room)
        first.above, first.below = ([start, end], []) if side == "bottom" else ([start], [end])
        return _Route(line, (start, upper, "bottom"), (end, lower, side), first)
    edge = round((end - MARGIN) / COLUMN)
    used = plan.corridors[edge]
    plan.corridors[edge] += 1
    corridor = MARGIN + edge * COLUMN + (used + 1) // 2 * 5 * (1 if used % 2 else -1)
    first = _stretch(plan, row, start, corridor, room)
    second = _stretch(plan, under - 1, corridor, end, 0)
    first.above, first.below = [start], [corridor]
    second.above, second.below = [corridor], [end]
    return _Route(line, (start, upper, "bottom"), (end, lower, side), first, second, corridor)


def _stretch(plan: _Plan, gap: int, one: float, other: float, room: float) -> Segment:
    left, right = min(one, other), max(one, other)
    if right - left < room:
        middle = (left + right) / 2
        left, right = middle - room / 2, middle + room / 2
    segment = Segment(left, right)
    plan.segments[gap].append(segment)
    return segment


def _measure(plan: _Plan) -> None:
    """Heights of rows and of the gaps between them: stretches that do not touch share a channel."""
    y: float = MARGIN + PAD + LEADING
    for row in range(plan.standing.rows):
        here = [key for key, each in plan.standing.row.items() if each == row]
        plan.tops.append(y)
        y += SHAPE + 6 + LEADING * max((len(plan.words[key]) for key in here), default=0)
        plan.bottoms.append(y)
        channels = assign(plan.segments[row])
        for segment in plan.segments[row]:
            segment.y = y + PAD + 8 + CHANNEL * segment.channel
        y += 2 * PAD + LEADING + 8 + CHANNEL * channels
    plan.height = y + MARGIN - LEADING


def _outline(plan: _Plan, place: int) -> Markup:
    household, members = plan.standing.bands[place]
    if household is None:
        return Markup("")
    columns = [plan.standing.column[key] for key in members]
    rows = [plan.standing.row[key] for key in members]
    left = MARGIN + min(columns) * COLUMN + 5
    top, bottom = plan.tops[min(rows)] - PAD - 6, plan.bottoms[max(rows)] + 8
    width = (max(columns) - min(columns) + 1) * COLUMN - 10
    box = {"x": left, "y": top, "width": width, "height": bottom - top, "rx": 10, "fill": "#f4f8f7", "stroke": SHORE}
    title = element("title", {}, str(escape(f"Household at {household.name}")))
    return element("g", {}, title + element("rect", box | {"stroke_width": 1.5}))


def _caption(plan: _Plan, place: int) -> Markup:
    """The address of a household, in its upper left corner and over every line."""
    household, members = plan.standing.bands[place]
    if household is None:
        return Markup("")
    columns = [plan.standing.column[key] for key in members]
    width = (max(columns) - min(columns) + 1) * COLUMN - 10
    top = plan.tops[min(plan.standing.row[key] for key in members)] - PAD - 6
    words = lines_of(household.name, int(width / 5.8), 1)[0]
    halo = {"paint_order": "stroke", "stroke": "#f4f8f7", "stroke_width": 5, "stroke_linejoin": "round"}
    return text(MARGIN + min(columns) * COLUMN + 13, top + 16, words, font_size=11, fill=QUIET, **halo)


def _couple(plan: _Plan, line: Line) -> Markup:
    left, right = sorted((plan.x(line.start), plan.x(line.end)))
    y = plan.top(line.start) + SHAPE / 2
    ends = {"x1": left + SHAPE / 2, "x2": right - SHAPE / 2, "stroke": DEEP, "stroke_width": 1.8}
    dashed = {"stroke_dasharray": "6 5"} if line.past else {}
    drawn = element("title", {}, str(escape(line.words)))
    for at in (y - 2.5, y + 2.5):
        drawn += element("line", ends | dashed | {"y1": at, "y2": at})
    if line.label:
        drawn += _on_line((left + right) / 2, y - 8, line.label, DEEP)
    return element("g", {}, drawn)


def _drawn(plan: _Plan, route: _Route) -> Markup:
    points = [(route.start[0], plan.below(route.start[1])), (route.start[0], route.first.y)]
    if route.second is None:
        points.append((route.end[0], route.first.y))
    else:
        points += [(route.corridor, route.first.y), (route.corridor, route.second.y), (route.end[0], route.second.y)]
    last = plan.top(route.end[1]) - 2 if route.end[2] == "top" else plan.below(route.end[1])
    points.append((route.end[0], last))
    line = route.line
    look: dict[str, object] = {"fill": "none", "stroke": DEEP, "stroke_width": 1.8, "stroke_linejoin": "round"}
    if line.kind == "other":
        look |= {"stroke": QUIET, "stroke_width": 1.3}
    if line.kind == "risk":
        look |= {"stroke": RISK, "stroke_width": 3}
    if line.past or line.proposed:
        look |= {"stroke_dasharray": PROPOSED if line.proposed else "6 5"}
    path = "M" + " L".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return element("g", {}, element("title", {}, str(escape(line.words))) + element("path", {"d": path} | look))


def _labels(plan: _Plan, routes: Sequence[_Route]) -> list[Markup]:
    """The reason of each line, on it: as near the middle of its stretch as no other line runs through the words."""
    uprights = [
        (x, segment.y, downward)
        for segments in plan.segments.values()
        for segment in segments
        for downward, ends in ((False, segment.above), (True, segment.below))
        for x in ends
    ]
    drawn: list[Markup] = []
    written: list[tuple[float, float, float]] = []
    for route in routes:
        if not route.line.label:
            continue
        y, half = route.first.y, len(route.line.label) * LETTER_WIDTH / 2 + 4
        room = max(route.first.right - route.first.left - 2 * half, 0)
        middle = (route.first.left + route.first.right) / 2
        places = [middle + room * shift for shift in SHIFTS]
        crossings = [_crossings(x, y, half, uprights) + _crossings(x, y, half, written) for x in places]
        x = places[crossings.index(min(crossings))]
        # Two labels on one height are kept apart as if the first were upright lines at both its ends.
        written += [(x - half, y, False), (x, y, False), (x + half, y, False)]
        colour = RISK if route.line.kind == "risk" else QUIET
        drawn.append(_on_line(x, y - 4, route.line.label, colour))
    return drawn


#: Where along its stretch a label is tried, the middle first.
SHIFTS = (0, -0.1, 0.1, -0.2, 0.2, -0.3, 0.3, -0.4, 0.4, -0.5, 0.5)


def _crossings(x: float, y: float, half: float, uprights: Sequence[tuple[float, float, float]]) -> int:
    """How many lines run up or down through words written above a height."""
    reach = PAD + CHANNEL * 12
    found = 0
    for at, turn, downward in uprights:
        runs = turn <= y <= turn + reach if downward else turn - reach <= y - 12 and turn >= y - 12
        found += abs(at - x) < half and runs
    return found


def _on_line(x: float, y: float, words: str, colour: str) -> Markup:
    halo = {"paint_order": "stroke", "stroke": "#fff", "stroke_width": 4, "stroke_linejoin": "round"}
    return text(x, y, words, text_anchor="middle", font_size=12, fill=colour, **halo)


def _figure(plan: _Plan, figure: Figure) -> Markup:
    x, y = plan.x(figure.key), plan.top(figure.key)
    drawn = _shape(figure, x, y)
    at = y + SHAPE + 6
    for kind, line in plan.words[figure.key]:
        at += LEADING
        look: dict[str, object] = {"text_anchor": "middle"}
        if kind == "name":
            look |= {"font_weight": 700, "fill": DEEP}
        elif kind == "about":
            look |= {"font_size": 13, "fill": QUIET}
        else:
            look |= {"font_size": 13, "font_weight": 700, "fill": RISK}
        drawn += text(x, at - 3, line, **look)
    said = "; ".join(part for part in (figure.name, figure.about, figure.risk, figure.may_be) if part)
    title = element("title", {}, str(escape(said)))
    if figure.href:
        return element("a", {"href": figure.href, "class": "daras-picture__link"}, title + drawn)
    return element("g", {}, title + drawn)


def _shape(figure: Figure, x: float, y: float) -> Markup:
    """By convention; whoever the picture is about has a second outline, whoever poses a risk a thick one with a
    mark."""
    look: dict[str, object] = {"fill": "#fff", "stroke": RISK if figure.risk else DEEP}
    look |= {"stroke_width": 5 if figure.risk else 2}
    if figure.proposed:
        look |= {"stroke": QUIET, "stroke_dasharray": PROPOSED}
    drawn = _one_shape(figure.shape, x, y, SHAPE, look)
    if figure.focus:
        drawn += _one_shape(figure.shape, x, y + 6, SHAPE - 12, {"fill": "#d7e7e5", "stroke": DEEP, "stroke_width": 2})
    if figure.may_be:
        ring = {"fill": "none", "stroke": QUIET, "stroke_width": 1.5, "stroke_dasharray": PROPOSED}
        drawn += _one_shape(figure.shape, x, y - 5, SHAPE + 10, ring)
    if figure.risk:
        drawn += text(x, y + SHAPE / 2 + 8, "!", text_anchor="middle", font_size=22, font_weight=700, fill=RISK)
    return drawn


def _one_shape(shape: str, x: float, y: float, size: float, look: dict[str, object]) -> Markup:
    half, middle = size / 2, y + size / 2
    if shape == "circle":
        return element("circle", {"cx": x, "cy": middle, "r": half} | look)
    if shape == "square":
        return element("rect", {"x": x - half, "y": y, "width": size, "height": size} | look)
    points = [(x, y), (x + half, middle), (x, y + size), (x - half, middle)]
    if shape == "triangle":
        points = [(x, y), (x + half, y + size), (x - half, y + size)]
    return element("polygon", {"points": " ".join(f"{px:.1f},{py:.1f}" for px, py in points)} | look)
