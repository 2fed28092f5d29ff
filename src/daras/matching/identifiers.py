"""Which identifiers can be what they say they are."""

from __future__ import annotations

from functools import lru_cache

from stdnum.gb import nhs

NHS_NUMBER = "nhs-number"


@lru_cache(maxsize=8_192)
def nhs_number(written: str | None) -> str | None:
    """The ten digits of a possible NHS number, else None.

    The check digit must hold (python-stdnum), and a number of ten equal digits, 0000000000 and 9999999999 among
    them, is what systems hold when they hold nothing.
    """
    if not written:
        return None
    digits = "".join(filter(str.isdigit, written))
    if len(digits) != 10 or not digits.isascii() or len(set(digits)) == 1:
        return None
    return digits if nhs.checksum(digits) == 0 else None


def identifier(system: str, written: str) -> str | None:
    """`system:value` in one spelling, else None where nothing is left of the value."""
    value = "".join(filter(str.isalnum, written.upper()))
    if not value or set(value) <= {"0"} or set(value) <= {"9"}:
        return None
    return f"{system.strip().lower()}:{value}"
