"""NHS numbers of many cells at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from daras.exchange.linking.lists import Integers

_DIGITS = 10


def nhs_numbers(written: Sequence[str]) -> tuple[Integers, Integers]:
    """The NHS numbers of those cells that hold ten digits or nothing: their places, and the number of each,
    nought where it cannot be one. Of all others `identifiers.nhs_number` is asked."""
    plain = [place for place, each in enumerate(written) if not each or (len(each) == _DIGITS and each.isascii())]
    places = np.array(plain, dtype=np.int64)
    text = "".join([written[place] or "0" * _DIGITS for place in plain]).encode("ascii")
    digits = np.frombuffer(text, dtype=np.uint8).reshape(-1, _DIGITS).astype(np.int64) - ord("0")
    whole = ((digits >= 0) & (digits <= 9)).all(axis=1)
    holds = (digits @ np.arange(_DIGITS, 0, -1)) % 11 == 0
    number = digits @ 10 ** np.arange(_DIGITS - 1, -1, -1, dtype=np.int64)
    possible = holds & (digits != digits[:, :1]).any(axis=1)
    return places[whole], np.where(possible, number, 0)[whole]
