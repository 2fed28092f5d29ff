"""Advice by designated professionals, as by the front door (A15)."""

from __future__ import annotations

from daras.access.session import machine
from daras.pages.tests.partnership import People, worker
from daras.pages.tests.test_safety import signed_in


def test_a_designated_nurse_gives_advice_that_becomes_a_referral(people: People) -> None:
    """A15: given a school that asks the designated nurse, when she records the call, then she, the school and the front
    door read it and nobody else; it is counted for the school, with the call; the school makes it a referral that
    holds question and child already; a nurse of another service records none."""
    with machine():
        designated = worker("Elowen Carne", "cornwall-integrated-care-board", "safeguarding", "nurse")
        nurse = worker("Kerra Pender", "cornwall-partnership-trust", "school-nursing", "school-nurse")
    client, school = signed_in(designated), signed_in(people.safeguarding_lead)
    call = {
        "agency": "carn-brea-academy", "caller_name": "Loveday Rowe", "question": "Is this a bruise to worry about?",
        "given_name": "Wenna", "family_name": "Nance", "advice": "Yes: refer today.", "because": "Its place.",
        "refer": "yes",
    }  # fmt: skip
    where = client.post("/advice/record/", call).headers["Location"]
    for somebody in (client, school, signed_in(people.duty_manager)):
        assert "Yes: refer today." in somebody.get(where).content.decode()
    assert signed_in(people.outsider).get(where).status_code == 404
    assert signed_in(nurse).get("/advice/record/").status_code == 403
    measure = "/measures/advice-referred/"
    page = school.get(measure).content.decode()
    assert "1 of 1" in page
    assert f'href="{where}"' in page
    assert "Nothing has been counted yet." in signed_in(people.outsider).get(measure).content.decode()
    draft = school.post(f"{where}refer/").headers["Location"]
    text = school.get(f"{draft}worries/w1/").content.decode()
    assert "Is this a bruise to worry about?" in text
    assert "Wenna Nance" in school.get(draft).content.decode()
