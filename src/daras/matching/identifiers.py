"""Which identifiers can be what they say they are."""

from __future__ import annotations

from stdnum.gb import nhs

NHS_NUMBER = "nhs-number"


def nhs_number(written: str | None) -> str | None:
    """The ten digits of a possible NHS number, else None.

    The check digit must hold (python-stdnum), and a number of ten equal digits, 0000000000 and 9999999999 among
    them, is what systems hold when they hold nothing.
    """
    if not written:
        return None
    digits = "".join(filter(str.isdigit, written))
    if len(digits) != 10 or len(set(digits)) == 1:
        return None
    # Ten plain digits need no cleaning before the check digit.
    valid = nhs.checksum(digits) == 0 if digits.isascii() else nhs.is_valid(digits)
    return digits if valid else None


def identifier(system: str, written: str) -> str | None:
    """`system:value` in one spelling, else None where nothing is left of the value."""
    value = "".join(filter(str.isalnum, written.upper()))
    if not value or set(value) <= {"0"} or set(value) <= {"9"}:
        return None
    return f"{system.strip().lower()}:{value}"
