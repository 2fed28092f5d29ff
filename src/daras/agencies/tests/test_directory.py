"""Agencies by date, and whose place a home is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from daras.agencies import (
    AgencyNotCurrent,
    DirectoryRefused,
    Owner,
    UnknownAgency,
    UnknownContact,
    UnknownTeam,
    load_directory,
)
from daras.agencies.reading import AGENCIES_FILE

TODAY = date(2026, 11, 24)
IN_2018 = date(2018, 10, 8)


def test_the_directory_knows_every_agency_of_the_partnership() -> None:
    """Set-up, A12: given the partnership's directory, when it is read, then all its agencies and their teams are
    there."""
    directory = load_directory()
    assert directory.partnership == "Cornwall and the Isles of Scilly"
    assert len(directory.agencies) == 33
    assert directory.agency("cornwall-childrens-services", on=TODAY).team("maru").name.endswith("(MARU)")
    assert load_directory() is directory


def test_every_address_is_a_made_up_one() -> None:
    """Given synthetic data only, when the directory is read, then no address can reach anybody."""
    for agency in load_directory().agencies.values():
        named = [contact.email for contact in (agency.custodian, agency.safeguarding_lead) if contact]
        for email in [team.email for team in agency.teams] + named:
            assert email.endswith(".example")


def test_probation_has_its_name_of_the_day() -> None:
    """A12, J1: given the change of June 2021, when probation is asked for, then each date has its own agency."""
    directory = load_directory()
    assert directory.agency("national-probation-service", on=date(2021, 6, 25)).kind == "probation"
    with pytest.raises(AgencyNotCurrent, match="Probation Service, Cornwall") as refusal:
        directory.agency("national-probation-service", on=date(2021, 6, 26))
    assert [agency.id for agency in refusal.value.instead] == ["probation-service"]
    with pytest.raises(AgencyNotCurrent) as refusal:
        directory.agency("probation-service", on=IN_2018)
    assert {agency.id for agency in refusal.value.instead} == {
        "national-probation-service",
        "community-rehabilitation-company",
    }


def test_an_unknown_agency_or_team_is_refused_in_plain_words() -> None:
    """Given a name that nobody has, when it is asked for, then the refusal names it and what there is."""
    directory = load_directory()
    with pytest.raises(UnknownAgency, match="no-such-agency"):
        directory.agency("no-such-agency", on=TODAY)
    with pytest.raises(UnknownTeam, match="camhs"):
        directory.agency("cornwall-partnership-trust", on=TODAY).team("surgery")


@pytest.mark.parametrize(
    ("role", "authority", "on", "owner"),
    [
        ("front-door", "908", TODAY, "cornwall-childrens-services/maru"),
        ("front-door", "420", TODAY, "isles-of-scilly-childrens-services/children"),
        ("health", "908", TODAY, "cornwall-partnership-trust/maru-health"),
        ("police", "908", TODAY, "devon-and-cornwall-police/maru"),
        ("probation", "420", TODAY, "probation-service/maru-contact"),
        ("probation-offender-manager", "908", IN_2018, "national-probation-service/cornwall-sexual-offences"),
        ("health-commissioner", "908", IN_2018, "nhs-kernow/safeguarding"),
        ("on-call-inspector", "908", TODAY, "devon-and-cornwall-police/on-call-inspector"),
    ],
)
def test_who_answers_in_a_role(role: str, authority: str, on: date, owner: str) -> None:
    """Given a role, an authority and a day, when it is asked who answers, then it is that day's agency (A12, A14)."""
    assert load_directory().contact(role, authority=authority, on=on) == Owner.parse(owner)


def test_nobody_answers_for_an_authority_outside() -> None:
    """Given an authority elsewhere, when its front door is asked for, then nobody is made up."""
    with pytest.raises(UnknownContact, match="878"):
        load_directory().contact("front-door", authority="878", on=TODAY)


@pytest.mark.parametrize(
    ("postcode", "town", "authority"),
    [
        ("TR21 0LW", None, "420"),
        ("tr250aa", None, "420"),
        ("TR2 1AA", None, "908"),
        ("TR15 2AA", "Redruth", "908"),
        ("PL4 8AA", "Plymouth", None),
        ("EX23 8AA", None, "908"),
        (None, "St Mary’s", "420"),
        (None, "  st   just ", "908"),
        (None, "Exeter", None),
        ("not known", "Truro", "908"),
        (None, None, None),
    ],
)
def test_which_authority_is_responsible_for_a_home(
    postcode: str | None, town: str | None, authority: str | None
) -> None:
    """Given an address, when its authority is asked for, then Cornwall, Scilly and elsewhere are kept apart (A14)."""
    assert load_directory().responsible_authority(postcode=postcode, town=town) == authority


def test_each_kind_of_news_has_a_team_that_takes_it() -> None:
    """Given any agency with teams, when an invitation is to go out, then some team takes it."""
    directory = load_directory()
    for agency in directory.agencies_on(TODAY):
        assert agency.team_that_takes("invitations") or not agency.teams
    police = directory.agency("devon-and-cornwall-police", on=TODAY)
    challenges = police.team_that_takes("challenges")
    assert challenges is not None
    assert challenges.id == "on-call-inspector"


def test_a_directory_with_mistakes_is_refused_naming_each(tmp_path: Path) -> None:
    """Given a file with three mistakes, when it is read, then all three are named at once."""
    text = AGENCIES_FILE.read_text(encoding="utf-8")
    text = text.replace('owner = "devon-and-cornwall-police/maru"', 'owner = "devon-and-cornwall-police/nobody"')
    text = text.replace('succeeds = ["nhs-kernow"]', 'succeeds = ["nhs-elsewhere"]')
    text = text.replace("valid_to = 2022-06-30", "valid_to = 2031-06-30")
    file = tmp_path / "agencies.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DirectoryRefused) as refusal:
        load_directory(file)
    for what in ("no team “nobody”", "“nhs-elsewhere”", "two contacts answer as “health-commissioner”"):
        assert what in str(refusal.value)


def test_the_authorities_are_named_in_the_directory() -> None:
    """A14: given the places of the directory, then each authority has its number and its name, and code names none."""
    assert load_directory().authorities == {"908": "Cornwall", "420": "Isles of Scilly"}
