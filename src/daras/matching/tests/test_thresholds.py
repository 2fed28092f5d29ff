"""How sure a match between two agencies' records must be is said in the practice pack (A5)."""

from __future__ import annotations

from datetime import date

import pytest

from daras.access.session import machine
from daras.exchange.extracts import receive_extract
from daras.exchange.installation import install_all
from daras.frontdoor.document import Address, PersonNamed
from daras.frontdoor.people_named import features
from daras.matching.model import load
from daras.matching.queries import decide_for
from daras.practice import pack_for
from daras.working_time import clock

pytestmark = pytest.mark.django_db

POLICE, PROBATION, HOUSING = "devon-and-cornwall-police", "probation-service", "cornwall-housing"
BORN = date(2001, 4, 17)
HOME = Address(("4 Bassett Row",), "Redruth", "TR15 2AA")


def test_two_agencies_link_from_their_own_threshold() -> None:
    """A5: given a likelihood that is a match for most, then between police and probation, for whom the pack asks for
    more, a person decides; and nothing else changes."""
    install_all()
    held = PersonNamed(
        ref="1", role="adult", given_name="Kate", family_name="Tregear", date_of_birth=BORN, address=HOME
    )
    receive_extract(PROBATION, [held])
    named = PersonNamed(
        ref="2", role="adult", given_name="Katie", family_name="Tregear", date_of_birth=BORN, address=HOME
    )
    asked = features(named, clock.today())
    said = pack_for(clock.today()).link_thresholds["police-and-probation"]
    with machine():
        of_housing = decide_for(asked, agency=HOUSING)
        likely = of_housing.candidates[0].probability
        assert load().match_from <= likely < said.match / 1_000
        assert of_housing.decision == "match"
        of_police = decide_for(asked, agency=POLICE)
        assert of_police.decision == "possible"
        assert of_police.candidates[0].probability == likely
        assert decide_for(asked).decision == "match"
