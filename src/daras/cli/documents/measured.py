"""docs/reference/measured.md: what was measured last, each figure under the command that prints it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from daras.bench.figures import Figure
from daras.bench.kept import FOLDER, Measurement, read
from daras.cli.documents import DocumentsRefused

INTRODUCTION = """\
# What was measured

<!-- Written by ./daras documents from docs/measured/. Do not edit. -->

Each part is what one command printed on one day, on the machine that it names; the command prints such figures anew
on yours. A target is what the design of Daras asks for on two cores. "Load" is how many processes wanted a core: over
two on two cores, times are longer than they would be. Targets that do not hold are shown as such; why, and what is to
be tried next, stands in the [decision records](../decisions/README.md). `./daras bench NAME --keep
docs/measured/NAME.json` and `./daras documents` renew a part.
"""
#: The machine's own lines, in words that one line can hold.
_MACHINE = "machine"


def document(checkout: Path) -> str:
    """A part for each file. Raises `DocumentsRefused` for one that is no kept measurement."""
    parts = [INTRODUCTION]
    for path in sorted((checkout / FOLDER).glob("*.json")):
        try:
            parts.append("\n".join(_part(path.stem, read(path))))
        except (KeyError, ValueError, TypeError) as error:
            raise DocumentsRefused(f"{FOLDER}/{path.name} is no kept measurement: {error!r}.") from error
    return "\n".join(parts)


def _part(name: str, measured: Measurement) -> Iterator[str]:
    machine = [each for each in measured.figures if each.bench == _MACHINE]
    shown = [each for each in measured.figures if each.bench != _MACHINE and not each.detail]
    yield f"## {name.replace('-', ' ').capitalize()}\n"
    yield f"    {measured.command}\n"
    yield f"{measured.on.day} {measured.on:%B %Y}. {'; '.join(_short(each) for each in machine)}.\n"
    yield "| figure | value | target | instead |\n| --- | ---: | --- | --- |"
    for each in shown:
        yield f"| {_cell(each.figure)} | {_value(each)} | {_target(each)} | {_cell(each.against or '')} |"
    if left := len(measured.figures) - len(machine) - len(shown):
        yield f"\n{left:,} further figures, one by one, are in `{FOLDER}/{name}.json`."
    yield ""


def _short(figure: Figure) -> str:
    return f"{figure.figure} {_value(figure)}"


def _value(figure: Figure) -> str:
    value = figure.value if isinstance(figure.value, str) else _rounded(figure.value)
    return _cell(f"{value} {figure.unit}".strip())


def _rounded(value: float) -> str:
    if value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}"


def _target(figure: Figure) -> str:
    if figure.target is None:
        return ""
    word = "holds" if figure.holds else "**does not hold**"
    return f"{figure.target:g} {figure.unit}: {word}" if figure.unit else f"{figure.target:g}: {word}"


def _cell(words: str) -> str:
    return words.replace("|", "/")
