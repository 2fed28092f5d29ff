"""What goes with a matter when it is disposed of: every row in which something of it is said, in any table.

Facts go whole, header and detail; drafts, documents, notices, projections and who was kept apart with them; person
records that nothing else speaks of, with what they are found by. What another matter stands on stays, and then nothing
goes. Runs in custody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db import connection, models

from daras.access.models import KeptApart
from daras.custodians import moving
from daras.custodians.moving import Rows
from daras.flags.models import SummaryRead
from daras.ledger.models import Detail, Fact
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.outbox.models import DigestLine, Notice
from daras.people.models import LinkDecided, PersonRecord, RecordPerson
from daras.people.replaying import decisions_on, replay

#: Columns that hold a number of theirs without pointing at it.
BARE = frozenset({"matter_id", "record_id", "fact_id"})


@dataclass(frozen=True, slots=True)
class Going:
    """The rows that go, table by table, the facts' headers after what hangs on them; how many, and their digest."""

    rows: tuple[Rows, ...]
    number: int
    digest: str


def everything_of(matter: Matter) -> Going:
    """What goes with a matter. Raises `Refused` where another matter stands on something of it."""
    facts = set(Fact.objects.filter(matter_id=matter.pk).exclude(kind="disposed").values_list("pk", flat=True))
    facts |= moving.said_of(facts, of=(Detail, Fact))
    _nothing_else_stands_on(facts, matter)
    records, links = _records_of_nobody_else(facts)
    rows = [each for each in _rows(matter, sorted(facts | links), sorted(records)) if each.keys]
    number, digest = _told(rows)
    return Going(tuple(rows), number, digest)


def _rows(matter: Matter, facts: list[int], records: list[int]) -> Iterator[Rows]:
    of_matter = (matter.pk,)
    notices = Notice.objects.filter(matter=matter)
    lines = DigestLine.objects.filter(notice__in=notices)
    drafts = _column("SELECT id FROM forms_formdraft WHERE matter_id = ANY(%s)", [matter.pk])
    apart = tuple(KeptApart.objects.filter(matter_id=matter.pk).order_by("pk").values_list("pk", flat=True))
    yield Rows("outbox_digestline", "id", tuple(lines.values_list("pk", flat=True)))
    yield Rows("access_keptapartend", "kept_id", apart)
    yield Rows("access_keptapart", "id", apart)
    yield Rows("forms_formdraftversion", "draft_id", tuple(drafts))
    yield Rows("attachments_content", "fact_id", tuple(facts))
    for model in moving.details():
        held = model._default_manager.filter(fact_id__in=facts).values_list("fact_id", flat=True)
        yield Rows(model._meta.db_table, "fact_id", tuple(sorted(held)))
    for table, column in moving.BY_MATTER.items():
        if table != "matters_matter":
            yield Rows(table, column, of_matter)
    for table, column in sorted(moving.BY_RECORD.items(), reverse=True):
        yield Rows(table, column, tuple(records))
    yield Rows("ledger_fact", "id", tuple(facts))


def _nothing_else_stands_on(facts: set[int], matter: Matter) -> None:
    """A matter that stands on this one, or is corrected by it, goes first: what stays must stay true."""
    theirs = Fact.objects.filter(pk__in=facts, matter_id__isnull=False).exclude(matter_id=matter.pk)
    superseding = Fact.objects.filter(pk__in=facts, supersedes__isnull=False).exclude(supersedes__in=facts)
    other = theirs.order_by("matter_id").values_list("matter_id", flat=True).first()
    if other is None and superseding.exists():
        other = superseding.values_list("supersedes__matter_id", flat=True).first() or 0
    if other is not None:
        named = Matter.objects.filter(pk=other).values_list("reference", flat=True).first() or "something older"
        raise Refused(
            "still-needed",
            "",
            f"{matter.reference} is what {named} stands on, or corrects it.",
            "Keep it until that one goes.",
        )


def _records_of_nobody_else(facts: Collection[int]) -> tuple[set[int], set[int]]:
    """The person records that only these facts speak of, and the decisions who they are, which go with them; so does
    that somebody read their summary while no matter was open.

    Where others are one person by such a decision, the bare number stays, so that nobody falls apart.
    """
    named = _records_named_by(facts)
    of_no_matter = LinkDecided.objects.filter(fact__matter_id__isnull=True)
    rows = of_no_matter.filter(fact__person_record_id__in=named) | of_no_matter.filter(other_record__in=named)
    links = set(rows.values_list("pk", flat=True))
    reads = SummaryRead.objects.filter(fact__matter_id__isnull=True, fact__person_record_id__in=named)
    read = dict(reads.values_list("pk", "fact__person_record_id"))
    going = named - _records_named_by(_facts_naming(named) - set(facts) - links - set(read))
    members = RecordPerson.objects.filter(person__in=RecordPerson.objects.filter(record__in=going).values("person"))
    of_person = sorted(members.values_list("person_id", "record_id"))
    for _, group in groupby(of_person, key=lambda row: row[0]):
        together = {record for _, record in group}
        if not _one_without(together - going, going):
            going -= together
    decided = rows.values_list("pk", "fact__person_record_id", "other_record_id")
    hanging = {pk for pk, record, other in decided if record in going or other in going}
    return going, hanging | {pk for pk, record in read.items() if record in going}


def _one_without(staying: set[int], going: set[int]) -> bool:
    """Whether those who stay are one person by the decisions that stay."""
    decided = [each for each in decisions_on(staying) if not {each.record, each.other} & going]
    told = replay(decided)
    return len({told.get(record, record) for record in staying}) <= 1


def _records_named_by(facts: Iterable[int]) -> set[int]:
    ids = sorted(facts)
    found = {int(pk) for pk in Fact.objects.filter(pk__in=ids).values_list("person_record_id", flat=True) if pk}
    for model, column, several in _naming():
        chosen = f'unnest("{column}")' if several else f'"{column}"'
        found |= set(_column(f'SELECT {chosen} FROM "{model._meta.db_table}" WHERE fact_id = ANY(%s)', ids))  # noqa: S608
    return set(PersonRecord.objects.filter(pk__in=found).values_list("pk", flat=True))


def _facts_naming(records: Collection[int]) -> set[int]:
    ids = sorted(records)
    found = set(Fact.objects.filter(person_record_id__in=ids).values_list("pk", flat=True))
    for model, column, several in _naming():
        how = "&&" if several else "= ANY"
        found |= set(
            _column(f'SELECT fact_id FROM "{model._meta.db_table}" WHERE "{column}" {how} (%s::bigint[])', ids)  # noqa: S608
        )
    return found


def _naming() -> Iterator[tuple[type[Detail], str, bool]]:
    for model in moving.details():
        for column, several in moving.names_people(model):
            yield model, column, several


def _column(statement: str, ids: list[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [ids])
        return [int(key) for (key,) in cursor.fetchall() if key is not None]


def _told(rows: Iterable[Rows]) -> tuple[int, str]:
    """How many rows, and the digest of what they say: whoever holds a copy can show that it is what went."""
    digest, number = hashlib.sha256(), 0
    for each in rows:
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT to_jsonb(held)::text FROM "{each.table}" held'  # noqa: S608
                f' WHERE "{each.column}" = ANY(%s) ORDER BY 1',
                [list(each.keys)],
            )
            for (said,) in cursor.fetchall():
                digest.update(f"{each.table} {said}\n".encode())
                number += 1
    return number, digest.hexdigest()


def tables_reached() -> set[str]:
    """Every table from which rows of a matter go."""
    of_kinds: set[str] = {model._meta.db_table for model in moving.details()}
    return {
        *of_kinds,
        *moving.BY_MATTER,
        *moving.BY_RECORD,
        "ledger_fact",
        "access_keptapart",
        "access_keptapartend",
        "forms_formdraftversion",
        "outbox_digestline",
        "attachments_content",
    }


def pointing_at(model: type[models.Model]) -> bool:
    """Whether a table points at facts, matters, records or notices, or holds their bare numbers: then it is reached,
    or a test names it."""
    targets: tuple[type[models.Model], ...] = (Fact, Matter, PersonRecord, Notice, KeptApart)
    return any(each.name in BARE for each in model._meta.concrete_fields) or any(
        isinstance(each, models.ForeignKey)
        and isinstance(each.related_model, type)
        and issubclass(each.related_model, (*targets, Detail))
        for each in model._meta.concrete_fields
    )
