"""What hands do to names, dates and numbers when they write them."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

#: Neighbours on the keyboard and letters that are heard alike; what is in neither is doubled or left out.
_INSTEAD = {
    "a": "es", "b": "vp", "c": "kx", "d": "ts", "e": "wia", "f": "vg", "g": "hj", "h": "gj", "i": "yeo", "j": "hk",
    "k": "cl", "l": "k", "m": "n", "n": "mb", "o": "pa", "p": "ob", "q": "w", "r": "et", "s": "zc", "t": "rd",
    "u": "io", "v": "fb", "w": "eq", "x": "zs", "y": "ie", "z": "s",
}  # fmt: skip


def slip_of_the_pen(rng: Random, name: str) -> str:
    """One letter left out, doubled, exchanged with its neighbour, or another in its place; never the first letter but
    once in ten."""
    if len(name) < 3:
        return name
    at = int(rng.random() * len(name)) if rng.random() < 0.1 else 1 + int(rng.random() * (len(name) - 1))
    kind = int(rng.random() * 4)
    if kind == 0:
        return name[:at] + name[at + 1 :]
    if kind == 1:
        return name[: at + 1] + name[at:]
    if kind == 2 and at + 1 < len(name):
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    instead = _INSTEAD.get(name[at].lower(), "e")
    return name[:at] + instead[int(rng.random() * len(instead))] + name[at + 1 :]


def exchanged(born: date) -> date:
    """Day and month the other way round, where that is a day."""
    return date(born.year, born.day, born.month) if born.day <= 12 else born


def another_day(rng: Random, born: date) -> date:
    """One digit of the day otherwise, or the day before or after."""
    if rng.random() < 0.5:
        return born + timedelta(days=1 if rng.random() < 0.5 else -1)
    return born.replace(day=1 + int(rng.random() * 28))


def another_year(rng: Random, born: date) -> date:
    """The year before or after, or the last but one digit otherwise; the last of February becomes the 28th."""
    year = born.year + (1, -1, 10, -10)[int(rng.random() * 4)]
    return date(year, born.month, min(born.day, 28) if born.month == 2 else born.day)
