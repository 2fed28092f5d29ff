"""Two agencies at once, each with one half of what brings a child near somebody who poses a risk (E2)."""

from __future__ import annotations

from threading import Event, Thread

from django.db import connection

from daras.access import audiences
from daras.access.session import machine
from daras.exchange.installation import install_all
from daras.frontdoor.models import IndicatorMet
from daras.frontdoor.watching import watch
from daras.home import Addresses
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Detail
from daras.people.commands import add_records, new_persons, place
from daras.people.models import BirthKnown, NameKnown, PersonRecord, PosesRiskKnown, RelationshipKnown
from daras.working_time import clock

AGENCY = "cornwall-childrens-services"


def test_neither_of_two_at_once_misses_what_both_make(cloned_database: Addresses) -> None:
    """E2: given a man and a child, when one agency records that he poses a risk while another, not finished yet,
    records that he is the child's uncle, then the later waits for the earlier, and the decision is owed once."""
    install_all()
    with machine():
        hub = audiences.standing(audiences.front_door_scope("908"))
        records = [each.pk for each in add_records(AGENCY, hub, ["man", "child"])]
        persons = new_persons(2)
        man = persons[0].pk
        place(list(PersonRecord.objects.order_by("pk")), persons)
        names = [(NameKnown(given_name="Somebody"), BirthKnown(role=role)) for role in ("adult", "child")]
        said = [
            Entry(detail, hub, person_record_id=r) for r, told in zip(records, names, strict=True) for detail in told
        ]
        append(Recording(AGENCY, "worker", clock.now()), said)
    written, go_on = Event(), Event()

    def record(detail: Detail, *, first: bool) -> None:
        try:
            with machine():
                since = clock.now()
                append(Recording(AGENCY, "worker", since), [Entry(detail, hub, person_record_id=records[0])])
                watch([man], "A record was changed", authority="908", agency=AGENCY, since=since)
                if first:
                    written.set()
                    go_on.wait(30)
        finally:
            connection.close()

    uncle = Thread(target=record, args=(RelationshipKnown(other_record_id=records[1], relation="uncle"),),
                   kwargs={"first": True})  # fmt: skip
    risk = Thread(target=record, args=(PosesRiskKnown(status="convicted", basis="convicted"),), kwargs={"first": False})
    uncle.start()
    assert written.wait(30)
    risk.start()
    risk.join(1)
    assert risk.is_alive()  # it waits for the other to finish
    go_on.set()
    uncle.join(30)
    risk.join(30)
    with machine():
        assert IndicatorMet.objects.filter(fact__author="service:watch").count() == 1
