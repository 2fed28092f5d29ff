"""The bench's synthetic county, as `./daras demo --people N` loads it, and its families as referrals tell of them."""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from daras.exchange.county.families import block, blocks
from daras.exchange.county.lives import Kin, Life
from daras.exchange.county.loading import Loaded
from daras.exchange.county.loading import load as load_county
from daras.exchange.county.making import TODAY
from daras.exchange.county.places import Place
from daras.exchange.demonstration.people import Household, Resident
from daras.frontdoor.document import Address, RelationshipNamed

YEARS, SEED = 2, "daras bench 1"
#: Families are told of so many blocks at the most, spread over the whole county: some thousands of families.
BLOCKS_TOLD = 40
_OF_AGE = 18


def load(people: int) -> Loaded:
    """Load a county of at least so many people, with the histories of two years, into an installed database. Nobody
    reads the truth about it here: whom news is about is asked of `families`."""
    with tempfile.TemporaryDirectory() as folder:
        return load_county(
            owner_url=os.environ["DATABASE_OWNER_URL"],
            people=people,
            years=YEARS,
            seed=SEED,
            truth=Path(folder),
            progress=lambda *_: None,
        )


def families(people: int) -> list[Household]:
    """People of that county who live together today, with how they are related; the same for the same number."""
    step = max(1, blocks(people) // BLOCKS_TOLD)
    return [
        family
        for number in range(0, blocks(people), step)
        for kin in block(number, people, YEARS, SEED)
        for family in _families(kin)
    ]


def _families(kin: Kin) -> Iterator[Household]:
    at: defaultdict[Place, list[Life]] = defaultdict(list)
    for life in kin.lives:
        place = life.place(TODAY)
        if place is not None and life.born <= TODAY:
            at[place].append(life)
    for place, lives in at.items():
        numbers = {life.number for life in lives}
        yield Household(
            tuple(_resident(life, place) for life in lives),
            tuple(
                RelationshipNamed(tie.start.key, tie.end.key, tie.relation)
                for tie in kin.ties
                if tie.until is None and {tie.start.number, tie.end.number} <= numbers
            ),
        )


def _resident(life: Life, place: Place) -> Resident:
    return Resident(
        key=life.key,
        role="child" if life.age(TODAY) < _OF_AGE else "adult",
        given_name=life.given,
        family_name=life.family(TODAY),
        born=life.born,
        sex=life.sex,
        nhs_number=life.nhs_number,
        home=Address((place.line,), place.town, place.postcode),
    )
