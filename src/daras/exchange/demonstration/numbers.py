"""Numbers nobody was ever given: NHS numbers of the range kept for tests, pupil and record numbers made from keys."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from stdnum.gb import nhs, upn

#: NHS numbers beginning with 999 are never issued (NHS Digital: test data).
FIRST_FREE_NHS_NUMBER = 999_100_000
CORNWALL = "908"


def nhs_numbers() -> Iterator[str]:
    """Valid numbers of the test range, one after another."""
    for nine in range(FIRST_FREE_NHS_NUMBER, 1_000_000_000):
        yield from (number for number in (f"{nine}{digit}" for digit in range(10)) if nhs.is_valid(number))


def pupil_number(key: str, born_in: int) -> str:
    """A unique pupil number of a school in Cornwall, always the same for a key."""
    serial = _digits(key, 7)
    body = f"{CORNWALL}{serial[:4]}{(born_in + 4) % 100:02}{serial[4:]}"
    return f"{upn.calc_check_digit(body)}{body}"


def record_number(agency: str, key: str) -> str:
    """The number under which an agency files somebody, always the same."""
    initials = "".join(word[0] for word in agency.split("-")).upper()
    return f"{initials}-{_digits(f'{agency}/{key}', 7)}"


def _digits(text: str, count: int) -> str:
    number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
    return f"{number % 10**count:0{count}}"
