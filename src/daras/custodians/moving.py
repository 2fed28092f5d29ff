"""Which rows say something of somebody, and putting them under another audience. Runs in custody.

What a row says is never touched; which audience it had is kept, so that it can be put back (`access.move`). Rows are
found by the columns that hold people's records and matters, whatever the table: a test holds that no table of the
house is forgotten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from daras.access import audiences
from daras.access.models import Audience, AudienceMove, Grant
from daras.access.policies import PROTECTED_SCOPE
from daras.ledger.models import Detail, Fact
from daras.people.models import PersonRecord

#: Tables beside the facts, and the column that says whose row it is: a record's, a matter's, a moved duty's or draft's.
BY_RECORD = {"people_personrecord": "id", "people_recordperson": "record_id", "matching_profile": "record_id",
             "matching_key": "record_id"}  # fmt: skip
BY_MATTER = {"matters_matter": "id", "matters_matterstate": "matter_id", "outbox_notice": "matter_id",
             "forms_formdraft": "matter_id", "duties_dutystate": "matter_id",
             "frontdoor_document": "matter_id", "requests_requeststate": "matter_id"}  # fmt: skip
#: What somebody sent stays theirs to read: they know it, and a receipt that leads nowhere would tell them something.
SUBMISSION = "submission"
SENT = "sent this referral"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table, by one column."""

    table: str
    column: str
    keys: tuple[int, ...]


@dataclass(slots=True)
class Taken:
    """The target of a move: one audience, and a twin of each submission's with what its sender had."""

    audience_id: int
    by: str
    senders_keep: bool = True
    _twins: dict[int, int] = field(default_factory=dict)

    def target(self, former: Audience | None) -> int:
        if former is None or former.purpose != SUBMISSION or not self.senders_keep:
            return self.audience_id
        if former.pk not in self._twins:
            twin = audiences.open_audience(audiences.PROTECTED, SUBMISSION)
            sent = Grant.objects.filter(audience=former, end__isnull=True, reason=SENT)
            kept = Grant.objects.filter(audience_id=self.audience_id, end__isnull=True)
            for each in (*sent, *kept):
                audiences.grant(twin, agency=each.agency, team=each.team, role=each.role, worker=each.worker,
                                until=each.until, reason=each.reason, granted_by=self.by)  # fmt: skip
            self._twins[former.pk] = twin
        return self._twins[former.pk]


def details() -> Iterator[type[Detail]]:
    """Every kind of fact there is."""
    for model in apps.get_models():
        if issubclass(model, Detail):
            yield model


def names_people(model: type[models.Model]) -> Iterator[tuple[str, bool]]:
    """The columns of a table that hold people's records beside the header's, and whether a column holds several."""
    for each in model._meta.concrete_fields:
        if isinstance(each, models.ForeignKey) and each.related_model is PersonRecord and not each.primary_key:
            yield str(each.column), False
        elif isinstance(each, ArrayField) and str(each.column).endswith("record_ids"):
            yield str(each.column), True
        elif isinstance(each, models.BigIntegerField) and str(each.column).endswith(("record_id", "_record")):
            yield str(each.column), False


def about(record_ids: Collection[int], matter_ids: Collection[int]) -> list[Rows]:
    """Everything that says something of these records, or stands on these matters."""
    records, matters = sorted(record_ids), sorted(matter_ids)
    facts = set(Fact.objects.filter(person_record_id__in=records).values_list("pk", flat=True))
    facts |= set(Fact.objects.filter(matter_id__in=matters).values_list("pk", flat=True))
    for model in details():
        for column, several in names_people(model):
            operator = "&&" if several else "= ANY"
            table = model._meta.db_table
            facts |= _ids(f'SELECT fact_id FROM "{table}" WHERE "{column}" {operator} (%s::bigint[])', records)  # noqa: S608
    facts |= said_of(facts)
    found = [Rows("ledger_fact", "id", tuple(sorted(facts)))]
    found += [Rows(model._meta.db_table, "fact_id", tuple(sorted(facts))) for model in details()]
    found.append(Rows("attachments_content", "fact_id", tuple(sorted(facts))))
    found += [Rows(table, column, tuple(records)) for table, column in BY_RECORD.items()]
    found += [Rows(table, column, tuple(matters)) for table, column in BY_MATTER.items()]
    found.append(Rows("duties_dutystate", "duty_id", tuple(sorted(facts))))
    found.append(Rows("requests_requeststate", "request_id", tuple(sorted(facts))))
    found.append(Rows("frontdoor_document", "id", tuple(sorted(_documents(facts)))))
    drafts = _ids("SELECT id FROM forms_formdraft WHERE matter_id = ANY(%s)", matters)
    found.append(Rows("forms_formdraftversion", "draft_id", tuple(sorted(drafts))))
    return [rows for rows in found if rows.keys]


def entry(fact_id: int) -> list[Rows]:
    """One fact, and what hangs on it. Runs as the machine."""
    facts = tuple(sorted({fact_id} | said_of({fact_id})))
    found = [Rows("ledger_fact", "id", facts), Rows("duties_dutystate", "duty_id", facts)]
    found.append(Rows("attachments_content", "fact_id", facts))
    return found + [Rows(model._meta.db_table, "fact_id", facts) for model in details()]


def said_of(facts: set[int], *, of: tuple[type[models.Model], ...] = (Detail,)) -> set[int]:
    """What hangs on facts that are taken along: a duty's chases, a proposal's answer, a form's answers. With `Fact`
    among `of`, also what merely names one: a duty that it opened or met."""
    found: set[int] = set()
    new = set(facts)
    while new:
        hanging: set[int] = set()
        for model in details():
            for each in model._meta.concrete_fields:
                if each.primary_key or not isinstance(each, models.ForeignKey):
                    continue
                if isinstance(each.related_model, type) and issubclass(each.related_model, of):
                    statement = f'SELECT fact_id FROM "{model._meta.db_table}" WHERE "{each.column}" = ANY(%s)'  # noqa: S608
                    hanging |= _ids(statement, sorted(new))
        new = hanging - facts - found
        found |= new
    return found


def _documents(facts: set[int]) -> set[int]:
    """The documents in which somebody is named: what came with one was recorded at the same moment."""
    statement = (
        "SELECT DISTINCT document.id FROM frontdoor_document document JOIN ledger_fact fact"
        " ON fact.matter_id = document.matter_id AND fact.recorded_at = document.received_at"
        " AND fact.agency = document.agency WHERE fact.id = ANY(%s) AND fact.kind = 'person-in-matter'"
    )
    return _ids(statement, sorted(facts))


def _ids(statement: str, values: list[int]) -> set[int]:
    if not values:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(statement, [values])
        return {int(key) for (key,) in cursor.fetchall()}


def move(mark_id: int, found: Iterable[Rows], taken: Taken) -> int:
    """Put rows under the audience taken for them; those that are protected already stay. Returns how many."""
    moved = 0
    for rows in found:
        statement = (
            f'SELECT DISTINCT audience_id FROM "{rows.table}" WHERE "{rows.column}" = ANY(%s)'  # noqa: S608
            f" AND (audience_id >> 32) <> {PROTECTED_SCOPE}"
        )
        former = _ids(statement, list(rows.keys))
        known = Audience.objects.in_bulk(former)
        for audience_id in sorted(former):
            moved += _move(mark_id, rows, audience_id, taken.target(known.get(audience_id)))
    return moved


def put_back(mark_id: int, moved_by: int) -> int:
    """Put every row that a mark moved under the audience it had, unless it has gone elsewhere since; what was written
    meanwhile stays where it is. Returns how many."""
    grouped: defaultdict[tuple[str, str, int, int], list[int]] = defaultdict(list)
    for each in AudienceMove.objects.filter(mark_id=moved_by).order_by("id"):
        grouped[each.table_name, each.column_name, each.audience_id, each.former_id].append(each.row_key)
    return sum(
        _move(mark_id, Rows(table, column, tuple(keys)), present, former)
        for (table, column, present, former), keys in grouped.items()
    )


def _move(mark_id: int, rows: Rows, former: int, target: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT access.move(%s, %s, %s, %s, %s, %s)",
            [mark_id, rows.table, rows.column, list(rows.keys), former, target],
        )
        (moved,) = cursor.fetchone()
        return int(moved)
