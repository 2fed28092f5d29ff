"""Patterns of the county's histories: a story is played once by the ordinary commands (`stories`), in a transaction
that is taken back, and the rows that they wrote become words in which another family, other days and other numbers are
put.

So a county's history is row for row what the commands write, and changes when they change. Left out, because nobody
waits for it any more: the trail of who looked, and notices and letters. What is derived (the state of a matter, of a
duty) is derived anew for as far as a history has come, by the house's own functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from daras.access import audiences
from daras.access.models import Worker
from daras.access.session import custody, machine
from daras.exchange.county.pattern import Pattern, Row, Written
from daras.exchange.county.stories import SENDERS, STORIES, play
from daras.exchange.county.wording import OF_NOTICES, worded
from daras.exchange.demonstration import workers

#: Written while a story is played, and no part of what is known: or made anew for another family.
LEFT_OUT = frozenset(
    {
        "access_trailentry", "access_worker", "access_post", "outbox_notice", "outbox_receiver", "procrastinate_jobs",
        "procrastinate_events", "people_person", "matching_profile", "matching_key", "matters_matterstate",
        "duties_dutystate",
    }
)  # fmt: skip


def patterns(senders: Iterable[str]) -> list[Pattern]:
    """Every story by each of these kinds of sender, played and read. Leaves nothing behind in the database but used
    numbers of its sequences."""
    with transaction.atomic():
        workers.install()
        with machine():
            who = {worker.slug: worker for worker in Worker.objects.filter(is_demonstration=True)}
        made = [_pattern(story, sender, who) for story in STORIES for sender in senders]
        transaction.set_rollback(True)
    return made


def _pattern(story: str, sender: str, who: Mapping[str, Worker]) -> Pattern:
    with transaction.atomic():
        first = begun()
        played = play(STORIES[story], who, SENDERS[sender])
        with custody():
            steps = tuple(name for name, _ in played.at)
            found = worded(Pattern(story, sender, steps), played, written(first))
        transaction.set_rollback(True)
    return found


def begun() -> int:
    """The number of the database's from which on all is of what follows: that of a row written now, and one more.

    What was written before may be of the same transaction; each command has a savepoint, and with it a number, of its
    own.
    """
    with machine(), connection.cursor() as cursor:
        marker = audiences.open_audience(audiences.CUSTODIANS, OF_NOTICES)
        cursor.execute("SELECT xmin::text::bigint + 1 FROM access_audience WHERE id = %s", [marker])
        return int(cursor.fetchone()[0])


def written(first: int) -> Written:
    """Every row that this transaction has written since (`begun`), but what is left out."""
    found: dict[type[Model], list[Row]] = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.db_table in LEFT_OUT or meta.proxy:
            continue
        columns = [str(each.column) for each in meta.concrete_fields if each.column]
        names = ", ".join(f'"{column}"' for column in columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT {names} FROM "{meta.db_table}" WHERE xmin::text::bigint >= %s ORDER BY 1',  # noqa: S608
                [first],
            )
            rows: list[Row] = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        if rows:
            found[model] = rows
    return found
