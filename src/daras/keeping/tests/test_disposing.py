"""Nothing goes before its time, without two people, or under a hold; and then all of it goes (G4)."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from daras.access import apart
from daras.access.anchor_keys import signing_key
from daras.access.models import KeptApart, KeptApartEnd, TrailEntry, Worker
from daras.access.session import acting_as, custody, machine
from daras.access.tests.test_anchoring import new_key
from daras.attachments.commands import attach
from daras.attachments.models import Content
from daras.duties import changing
from daras.keeping import register
from daras.keeping.disposing import approve, review
from daras.keeping.going import pointing_at, tables_reached
from daras.keeping.holding import end_hold, place_hold
from daras.keeping.models import DisposalReviewed, Disposed
from daras.keeping.tests.conftest import LATER, sent
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.commands import untrue_projections
from daras.matters.models import Matter
from daras.outbox.models import Notice
from daras.people.replaying import untrue_memberships
from daras.working_time import clock

pytestmark = pytest.mark.django_db
READ = "Read it whole: nothing in it is needed by anybody any more."

#: Tables that point at facts, matters, records or notices and keep their rows, and why.
STAY = {
    "matters_matter": "the bare reference, which the tombstone stands on",
    "people_person": "a number without a name",
    "access_trailentry": "the trail is never changed; it holds numbers",
}


def words_of_the_child() -> list[str]:
    """Every table with a row that still says Alex's name, street or number."""
    found = []
    with custody(), connection.cursor() as cursor:
        for model in apps.get_models():
            table = model._meta.db_table
            if table.startswith(("access_trail", "django_", "auth_", "mfa_", "account_", "socialaccount_")):
                continue
            cursor.execute("SELECT has_table_privilege('daras_machine', %s, 'SELECT')", [table])
            if cursor.fetchone() == (True,):
                cursor.execute(
                    f"SELECT count(*) FROM \"{table}\" held WHERE to_jsonb(held)::text ~* 'alex|trevenson|9434765919'"
                )
                if cursor.fetchone() != (0,):
                    found.append(table)
    return found


def gone(workers: dict[str, Worker], reference: str) -> Disposed:
    """A manager reads a matter and lets it go, and a custodian approves."""
    with acting_as(workers["duty-manager"]):
        review(workers["duty-manager"], reference, decision="dispose", reason=READ)
    with acting_as(workers["custodian"]):
        return approve(workers["custodian"], reference)


def young_persons_own() -> str:
    """The matter that stands on the referral: the young suspect's own."""
    with machine():
        return Matter.objects.get(kind="child-in-need").reference


def test_a_matter_goes_when_two_people_say_so(
    workers: dict[str, Worker], outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4: given matters whose time has run out, when a manager reads each and lets it go and a custodian approves (what
    stands on another first, and nobody their own), then no table says anything of the child any more; a tombstone with
    a digest stays, in the ledger, the trail and the register; and whatever is projected is as its facts say."""
    reference = sent()
    assert len(words_of_the_child()) > 3
    with machine():
        matter = Matter.objects.get(reference=reference)
    with acting_as(workers["duty-manager"]):
        attach(
            workers["duty-manager"], matter_id=matter.pk, audience_id=matter.audience_id, name="Alex.txt",
            content=b"A letter about Alex.",
        )  # fmt: skip
    monkeypatch.setenv("DARAS_NOW", LATER)
    manager, custodian = workers["duty-manager"], workers["custodian"]
    with acting_as(manager):
        review(manager, reference, decision="dispose", reason=READ)
    with acting_as(manager), pytest.raises(Refused, match="yourself"):
        approve(manager, reference)
    with acting_as(custodian), pytest.raises(Refused, match=f"{young_persons_own()} stands on"):
        approve(custodian, reference)
    gone(workers, young_persons_own())
    assert words_of_the_child() != []
    with acting_as(custodian):
        tombstone = approve(custodian, reference)
    assert words_of_the_child() == []
    assert tombstone.rows_gone > 30
    with machine():
        assert list(Fact.objects.filter(matter_id=matter.pk).values_list("kind", flat=True)) == ["disposed"]
        assert not Notice.objects.filter(matter=matter).exists()
        assert not Content.objects.exists()
        entry = TrailEntry.objects.get(action="dispose", subject_id=reference)
        assert (entry.subject_id, entry.actor) == (reference, custodian.slug)
        assert tombstone.digest in entry.reason
    *_, written = register.entries()
    assert written.said["matter"] == reference
    assert READ not in (outside / "register" / "entry-000000002.json").read_text()
    with acting_as(manager):
        assert Disposed.objects.get(number=tombstone.number).digest == tombstone.digest
        assert not DisposalReviewed.objects.exists()
    with acting_as(workers["social-worker"]):
        assert not Matter.objects.filter(reference=reference).exists()
        assert not Disposed.objects.exists()
    with custody():
        assert untrue_projections() == []
        assert changing.untrue_projections(clock.now()) == []
        assert untrue_memberships() == []


def test_nothing_goes_before_its_time(workers: dict[str, Worker], monkeypatch: pytest.MonkeyPatch) -> None:
    """G4: given a matter that the schedule still keeps, or one that a reviewer keeps until a day, when somebody lets
    it go, then it is refused; and who neither keeps nor manages may not ask."""
    reference = sent()
    manager = workers["duty-manager"]
    with acting_as(manager), pytest.raises(Refused, match="time has run out"):
        review(manager, reference, decision="dispose", reason=READ)
    monkeypatch.setenv("DARAS_NOW", LATER)
    with acting_as(manager), pytest.raises(Refused, match="day is missing"):
        review(manager, reference, decision="keep", reason=READ)
    with acting_as(manager):
        kept = clock.today().replace(year=2110)
        review(manager, reference, decision="keep", reason="A grandchild asks.", keep_until=kept)
        with pytest.raises(Refused, match="time has run out"):
            review(manager, reference, decision="dispose", reason=READ)
    for seat in ("social-worker", "safeguarding-lead", "administrator", "data-officer", "officer"):
        with acting_as(workers[seat]), pytest.raises(PermissionDenied):
            review(workers[seat], reference, decision="dispose", reason=READ)
        with acting_as(workers[seat]), pytest.raises(PermissionDenied):
            approve(workers[seat], reference)


@pytest.mark.parametrize("everything", [True, False])
def test_a_hold_stops_every_disposal(
    everything: bool, workers: dict[str, Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4: given a hold on everything for a public inquiry, or on one matter for a case before a court, placed after the
    review, when another approves, then it is refused; when the hold has ended, then it goes."""
    reference = sent()
    monkeypatch.setenv("DARAS_NOW", LATER)
    gone(workers, young_persons_own())
    manager, custodian = workers["duty-manager"], workers["custodian"]
    with acting_as(manager):
        review(manager, reference, decision="dispose", reason=READ)
    named = [] if everything else [reference]
    with acting_as(custodian):
        hold = place_hold(
            custodian, ground="inquiry", reason="The inquiry asks.", references=named, everything=everything
        )
        with pytest.raises(Refused, match=f"Hold {hold.number}"):
            approve(custodian, reference)
        with pytest.raises(Refused, match=f"Hold {hold.number}"):
            review(custodian, reference, decision="dispose", reason=READ)
        end_hold(custodian, hold.pk, reason="The inquiry has reported.")
        assert approve(custodian, reference).rows_gone > 30
    assert [entry.kind for entry in register.entries()] == ["disposed", "held", "released", "disposed"]


def test_the_database_asks_the_same(workers: dict[str, Worker], monkeypatch: pytest.MonkeyPatch) -> None:
    """G4: given code that goes past the commands, when it asks the database to dispose of rows without a tombstone, of
    another matter, under a hold, or of the trail, then the database refuses; and a tombstone by one person is none."""
    reference = sent()
    monkeypatch.setenv("DARAS_NOW", LATER)
    with machine():
        facts = list(Fact.objects.values_list("pk", flat=True)[:1])
        matter = Matter.objects.get(reference=reference)

    def asked(tombstone: int, table: str) -> None:
        with machine(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT access.dispose(%s, %s, 'id', %s)", [tombstone, table, facts])

    with pytest.raises(DatabaseError, match="without a review"):
        asked(facts[0], "ledger_fact")
    with machine(), pytest.raises(DatabaseError, match="nobody_approves_their_own"), transaction.atomic():
        Disposed.objects.create(
            fact_id=facts[0], number="Z", rule="r", reviewed_by="one", approved_by="one", rows_gone=0, digest="",
            disposed_at=clock.now(), audience_id=matter.audience_id,
        )  # fmt: skip
    with machine():
        made = Disposed.objects.create(
            fact_id=facts[0], number="Z", rule="r", reviewed_by="one", approved_by="two", rows_gone=0, digest="",
            disposed_at=clock.now(), audience_id=matter.audience_id,
        )  # fmt: skip
        other = Matter.objects.create(
            reference="D-0000-0001", kind="referral", authority="908", opened_at=clock.now(), opened_by_agency="x",
            audience_id=matter.audience_id,
        )  # fmt: skip
        theirs = Fact.objects.create(
            kind="note", matter_id=other.pk, agency="x", controller="x", recorded_at=clock.now(), author="x",
            audience_id=matter.audience_id,
        )  # fmt: skip
    facts = [theirs.pk]
    with pytest.raises(DatabaseError, match="another matter"):
        asked(made.pk, "ledger_fact")
    with pytest.raises(DatabaseError, match="never disposed of"):
        asked(made.pk, "access_trailentry")
    custodian = workers["custodian"]
    with acting_as(custodian):
        place_hold(custodian, ground="litigation", reason="A case.", references=[reference])
    with pytest.raises(DatabaseError, match="a hold stands"):
        asked(made.pk, "ledger_fact")


def test_who_was_kept_apart_goes_with_the_matter(workers: dict[str, Worker], monkeypatch: pytest.MonkeyPatch) -> None:
    """A17, G4: given a school that was kept apart from a matter and let in, when that matter is disposed of, then
    neither row is left; the database takes no other matter's, and none for any other reason."""
    reference = sent()
    monkeypatch.setenv("DARAS_NOW", LATER)
    own, other = (matter_of(each) for each in (young_persons_own(), reference))
    with machine():
        for each in (own, other):
            apart.keep(each.pk, 1, agency="carn-brea-academy", because="Alex's uncle works there.", by="service:rules")
            apart.let_in(apart.standing([each.pk])[0], reason="The head may be told of Alex.", by="officer")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            KeptApartEnd.objects.all().delete()
    tombstone = gone(workers, own.reference)
    with machine():
        (left,) = KeptApart.objects.all()
        assert (left.matter_id, KeptApartEnd.objects.get().kept_id) == (other.pk, left.pk)
    for table, column in (("access_keptapart", "id"), ("access_keptapartend", "kept_id")):
        with custody(), pytest.raises(DatabaseError, match="another matter"), transaction.atomic():
            disposed_of(tombstone.pk, table, column, left.pk)
    with custody(), pytest.raises(DatabaseError, match="another matter"), transaction.atomic():
        disposed_of(tombstone.pk, "access_keptapart", "matter_id", other.pk)
    gone(workers, reference)
    with machine():
        assert not KeptApart.objects.exists()
        assert not KeptApartEnd.objects.exists()


def matter_of(reference: str) -> Matter:
    with machine():
        return Matter.objects.get(reference=reference)


def disposed_of(tombstone: int, table: str, column: str, key: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT access.dispose(%s, %s, %s, %s)", [tombstone, table, column, [key]])


def test_every_table_that_points_at_a_matter_is_reached() -> None:
    """A17, G4: given every table that points at facts, matters, records or notices, or holds the bare number of one,
    then a disposal reaches it, or it is named with the reason; a new one cannot be forgotten."""
    forgotten = {model._meta.db_table for model in apps.get_models() if pointing_at(model)} - tables_reached()
    assert forgotten - STAY.keys() == set()


def test_a_register_that_was_changed_is_refused(workers: dict[str, Worker], outside: Path) -> None:
    """G4: given the register of holds and disposals, when somebody changes, removes or cannot be written an entry, then
    that is named and nothing is applied."""
    custodian = workers["custodian"]
    with acting_as(custodian):
        for _ in range(2):
            place_hold(custodian, ground="inquiry", reason="The inquiry asks.", everything=True)
    first = outside / "register" / "entry-000000001.json"
    honest = first.read_text()
    first.write_text(honest.replace("inquiry", "other"))
    with pytest.raises(Refused, match="Entry 1 of the register"):
        register.entries()
    first.unlink()
    with pytest.raises(Refused, match="Entry 1 of the register"):
        register.entries()
    first.write_text(honest)
    assert len(register.entries()) == 2


def test_a_register_goes_on_under_a_new_key(
    workers: dict[str, Worker], outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4: given a register, when the key that signs is changed, then what the former signed counts where it is named,
    and nowhere else."""
    custodian = workers["custodian"]
    with acting_as(custodian):
        place_hold(custodian, ground="inquiry", reason="The inquiry asks.", everything=True)
    former = new_key(outside / "former.pem")
    former.write_bytes(signing_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    new_key(outside / "newer.pem")
    monkeypatch.setenv("DARAS_ANCHOR_KEY", str(outside / "newer.pem"))
    with pytest.raises(Refused, match="not signed with our key"):
        register.entries()
    monkeypatch.setenv("DARAS_REGISTER_KEYS", str(former))
    with acting_as(custodian):
        place_hold(custodian, ground="other", reason="Another.", everything=True)
    assert [entry.kind for entry in register.entries()] == ["held", "held"]
