"""A flag is published to partners' systems by a person's decision, and what they show is seen; one summary by NHS
number (F10, G1, G4)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from fhir.resources.R4B.flag import Flag as FhirFlag
from pydantic import ValidationError
from stdnum.gb import nhs

from daras.access.models import TrailEntry
from daras.access.session import machine
from daras.api.authentication import issue
from daras.duties.models import DutyState
from daras.flags.models import FlagPublished, FlagRaised, SummaryRead
from daras.flags.tests.conftest import HOSPITAL, Partners
from daras.outbox.models import Notice
from daras.pages.tests.partnership import worker

pytestmark = pytest.mark.django_db


def signed_in(somebody: object) -> Client:
    client = Client()
    client.force_login(somebody)  # type: ignore[arg-type]
    return client


def posted(client: Client, path: str, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
    answer = client.post(path, json.dumps(body), content_type="application/json")
    assert answer.status_code == status, answer.content
    return dict(answer.json())


def raised(partners: Partners, kind: str = "ask-front-door") -> str:
    """The front door raises a flag on its page; returns its reference."""
    said = {"kind": kind, "reason": "Police and social care look into it."}
    sent = signed_in(partners.people.duty_manager).post(f"/people/{partners.number}/flag/", said)
    assert sent.status_code == 302, sent.content.decode()
    return str(sent.headers["Location"].split("/")[-2])


def summary_of(partners: Partners, nhs: str = "", token: str = "", by: str = "tamsyn-hosking") -> dict[str, Any]:
    asked = {"nhs_number": nhs or partners.nhs, "by": by, "reason": "Seen in the department"}
    return posted(partners.system(token), "/api/v1/summary", asked)


#: What the definition binds and the library does not check: https://hl7.org/fhir/R4/valueset-flag-status.html.
STATUSES = {"active", "inactive", "entered-in-error"}


def is_whole(fhir: dict[str, Any]) -> None:
    """What a partner's system reads is a FHIR Flag by the resource's definition (R4B, which for a Flag is R4)."""
    read = FhirFlag.model_validate(fhir)
    assert json.loads(read.model_dump_json()).keys() == fhir.keys()
    assert fhir["status"] in STATUSES
    assert nhs.is_valid(fhir["subject"]["identifier"]["value"])
    with pytest.raises(ValidationError):
        FhirFlag.model_validate({name: value for name, value in fhir.items() if name != "subject"})


def test_a_flag_reaches_the_hospitals_system_and_never_its_reason(partners: Partners) -> None:
    """F6, F10, G1: given a flag that the front door raised, then the hospital is told without a name, its system
    reads a FHIR Flag that says whom to ring, one call by NHS number shows it to the nurse it names, with the form in
    which the child is asked, and the reason stays where it was written."""
    before = summary_of(partners)
    assert (before["flags"], before["name"]) == ([], None)
    reference = raised(partners)
    with machine():
        assert Notice.objects.filter(kind="flag", receiver__agency=HOSPITAL, reference=reference).exists()
        assert "penryn-primary" not in FlagPublished.objects.values_list("agency", flat=True)
    fhir = partners.system().get(f"/api/v1/flags/{reference}", headers={"for-worker": "tamsyn-hosking"}).json()
    assert (fhir["resourceType"], fhir["status"]) == ("Flag", "active")
    is_whole(fhir)
    assert fhir["subject"]["identifier"]["value"] == partners.nhs
    assert "Ring Cornwall Council" in fhir["code"]["text"]
    found = summary_of(partners)
    assert found["flags"] == [fhir]
    assert found["asked_by"] == "Tamsyn Hosking"
    assert "Police and social care" not in json.dumps([fhir, found])
    page = signed_in(partners.nurse).post("/summary/", {"nhs_number": partners.nhs, "reason": "Seen"}).content.decode()
    assert "Ask the front door" in page
    assert 'href="/forms/begin/child-at-risk/"' in page
    assert "Police and social care" not in page
    assert (
        "Police and social care" in signed_in(partners.people.duty_manager).get(f"/flags/{reference}/").content.decode()
    )


def test_the_look_is_the_nurses_and_nobody_elses_system_reads_it(partners: Partners) -> None:
    """F10, G4: given the call, then the trail names the nurse and what it was for; a school to which it is not
    published gets an empty summary and no flag; a name that works elsewhere, a bad number and no reason are refused."""
    reference = raised(partners)
    summary_of(partners)
    with machine():
        look = TrailEntry.objects.filter(subject_kind="summary").latest("pk")
        assert (look.actor, look.agency, look.reason) == ("tamsyn-hosking", HOSPITAL, "Seen in the department")
        assert look.person_id is not None
        assert partners.nhs not in json.dumps(list(TrailEntry.objects.values_list("subject_id", "reason")))
    assert summary_of(partners, token=partners.school_token, by="kensa-bolitho")["flags"] == []
    school = partners.system(partners.school_token)
    assert school.get(f"/api/v1/flags/{reference}", headers={"for-worker": "kensa-bolitho"}).status_code == 404
    asked = {"nhs_number": partners.nhs, "by": "kensa-bolitho", "reason": "x"}
    assert posted(partners.system(), "/api/v1/summary", asked, 422)["pointer"] == "/by"
    for wrong, pointer in (({"nhs_number": "9999999999"}, "/nhs_number"), ({"reason": " "}, "/reason")):
        body = {"nhs_number": partners.nhs, "by": "tamsyn-hosking", "reason": "x", **wrong}
        assert posted(partners.system(), "/api/v1/summary", body, 422)["pointer"] == pointer
    assert Client().post("/api/v1/summary", "{}", content_type="application/json").status_code == 401


def test_which_partner_shows_which_flag_is_seen_by_both(partners: Partners) -> None:
    """F10, G1: given a flag, when the hospital's system reports that it shows none, and one nobody raised, then both
    stand on the page of the front door; reported as published, it is well; a school sees nothing of it."""
    raised(partners)
    nobody = {"nhs_number": "9434765919", "code": "ask-front-door"}
    said = posted(partners.system(), "/api/v1/flags/shown", {"by": "tamsyn-hosking", "shown": [nobody]})
    assert said == {"as_published": 0, "missing": 1, "not_published": 1}
    manager = signed_in(partners.people.duty_manager)
    page = manager.get("/flags/").content.decode()
    assert "not shown" in page
    assert "never reported" in page
    assert "943 476 5919" in page
    shows = {"nhs_number": partners.nhs, "code": "ask-front-door"}
    said = posted(partners.system(), "/api/v1/flags/shown", {"by": "tamsyn-hosking", "shown": [shows]})
    assert said == {"as_published": 1, "missing": 0, "not_published": 0}
    assert "943 476 5919" not in signed_in(partners.people.outsider).get("/flags/").content.decode()


def test_a_flag_is_owed_a_review_and_ends_everywhere(partners: Partners) -> None:
    """F10, G1: given a flag, then its owner owes a look at it; nobody else may end it; ended, the hospital is told, the
    summary is without it, and it is inactive in FHIR."""
    reference = raised(partners)
    path = f"/flags/{reference}/"
    manager, nurse = signed_in(partners.people.duty_manager), signed_in(partners.nurse)
    with machine():
        assert DutyState.objects.filter(duty__duty_kind="review-flag", met_at__isnull=True).count() == 1
    assert nurse.post(path, {"ends": "yes", "reason": "x"}).status_code == 403
    assert signed_in(partners.people.outsider).get(path).status_code == 404
    assert manager.post(path, {"ends": "", "reason": "x"}).status_code == 422
    assert manager.post(path, {"ends": "no", "reason": "Still needed."}).status_code == 302
    assert manager.post(path, {"ends": "yes", "reason": "Safe at home."}).status_code == 302
    with machine():
        assert not DutyState.objects.filter(duty__duty_kind="review-flag", met_at__isnull=True).exists()
        assert Notice.objects.filter(kind="flag-ended", receiver__agency=HOSPITAL).exists()
    assert summary_of(partners)["flags"] == []
    fhir = partners.system().get(f"/api/v1/flags/{reference}", headers={"for-worker": "tamsyn-hosking"}).json()
    assert (fhir["status"], "end" in fhir["period"]) == ("inactive", True)
    is_whole(fhir)
    assert manager.post(path, {"ends": "yes", "reason": "Again."}).status_code == 422


def test_raising_needs_a_reason_a_right_and_one_number(partners: Partners) -> None:
    """F10, G4: given no reason, the same flag twice, or somebody who protects nobody, then nothing is published."""
    manager = signed_in(partners.people.duty_manager)
    path = f"/people/{partners.number}/flag/"
    assert manager.post(path, {"kind": "ask-front-door", "reason": ""}).status_code == 422
    assert manager.post(path, {"kind": "none", "reason": "x"}).status_code == 422
    assert manager.post("/people/P-0000-0000/flag/", {"kind": "ask-front-door", "reason": "x"}).status_code == 404
    assert signed_in(partners.people.outsider).post(path, {"kind": "ask-front-door", "reason": "x"}).status_code == 403
    with machine():
        assert not FlagRaised.objects.exists()
    raised(partners)
    again = manager.post(path, {"kind": "ask-front-door", "reason": "Again."})
    assert (again.status_code, "stands already" in again.content.decode()) == (422, True)


def looks(partners: Partners) -> list[SummaryRead]:
    with machine():
        return list(SummaryRead.objects.select_related("fact").order_by("pk"))


def test_what_a_summary_shows_is_told_to_the_front_door(partners: Partners) -> None:
    """F10, G4: given a child with an open matter, when the summary shows the hospital a flag, twice, then each look
    stands for the front door in the chronology and among who has been told, with team and name and never what it was
    for; the front door owes to read it once, until it says what it means; the hospital's own staff and a school read
    nothing of it."""
    raised(partners)
    for _ in range(2):
        summary_of(partners)
    assert [(each.fact.agency, each.team, each.worker_name) for each in looks(partners)] == [
        (HOSPITAL, "emergency-department", "Tamsyn Hosking")
    ] * 2
    manager = signed_in(partners.people.duty_manager)
    chronology = manager.get(f"/people/{partners.number}/chronology/").content.decode()
    assert "Read the safeguarding summary" in chronology
    assert "Seen in the department" not in chronology
    assert "what the safeguarding summary says" in manager.get(f"/people/{partners.number}/sharing/").content.decode()
    what = "was seen elsewhere"
    assert what in manager.get("/").content.decode()
    with machine():
        duty = DutyState.objects.get(duty__duty_kind="seen-elsewhere")
    assert signed_in(partners.people.outsider).get(f"/owed/{duty.pk}/").status_code == 404
    assert manager.post(f"/owed/{duty.pk}/", {"words": "It changes nothing."}).status_code == 302
    assert what not in manager.get("/").content.decode()
    for somebody in (partners.nurse, partners.people.outsider):
        page = signed_in(somebody).get(f"/people/{partners.number}/chronology/")
        assert "Read the safeguarding summary" not in page.content.decode()


def test_a_look_that_shows_nothing_is_no_fact(partners: Partners) -> None:
    """F10, G4: given nobody by the number, somebody who is not the asker's to see, or an agency whose part is told by
    a person alone, then the front door reads nothing and owes nothing; the last reads its own look itself."""
    with machine():
        worker("Senara Bray", "sexual-health-hub", "clinic", "nurse")
        token = issue("sexual-health-hub", "clinic system")
    summary_of(partners)
    summary_of(partners, nhs="9434765919")
    assert looks(partners) == []
    raised(partners, "exploitation")
    summary_of(partners, token=partners.school_token, by="kensa-bolitho")
    assert looks(partners) == []
    assert summary_of(partners, token=token, by="senara-bray")["flags"]
    (look,) = looks(partners)
    assert look.fact.matter_id is None
    manager = signed_in(partners.people.duty_manager)
    page = manager.get(f"/people/{partners.number}/chronology/").content.decode()
    assert "Read the safeguarding summary" not in page
    assert "was seen elsewhere" not in manager.get("/").content.decode()
