"""Which identifiers can be what they say they are."""

from __future__ import annotations

from functools import lru_cache
from operator import mul

NHS_NUMBER = "nhs-number"
_WEIGHTS = range(10, 0, -1)


@lru_cache(maxsize=8_192)
def nhs_number(written: str | None) -> str | None:
    """The ten digits of a possible NHS number, else None.

    The check digit must hold (the digits times ten, nine, down to one are a multiple of eleven), and a number of ten
    equal digits, 0000000000 and 9999999999 among them, is what systems hold when they hold nothing.
    """
    if not written:
        return None
    digits = "".join(letter for letter in written if letter.isdigit())
    if len(digits) != 10 or not digits.isascii() or len(set(digits)) == 1:
        return None
    if sum(map(mul, map(int, digits), _WEIGHTS)) % 11:
        return None
    return digits


def identifier(system: str, written: str) -> str | None:
    """`system:value` in one spelling, else None where nothing is left of the value."""
    value = "".join(letter for letter in written.upper() if letter.isalnum())
    if not value or set(value) <= {"0"} or set(value) <= {"9"}:
        return None
    return f"{system.strip().lower()}:{value}"
