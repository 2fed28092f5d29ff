"""The county's histories are row for row what the ordinary commands write (A5, A6, B1, B4)."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection

from daras.access.models import Worker
from daras.access.session import custody, machine
from daras.exchange.county.histories import Told, filled
from daras.exchange.county.lives import Life, Stay
from daras.exchange.county.pattern import Pattern, columns_of
from daras.exchange.county.patterns import begun, written
from daras.exchange.county.places import Place
from daras.exchange.county.stories import FAMILY, PLACE, REASON, SENDERS, STORIES, Played, play
from daras.exchange.county.wording import worded
from daras.exchange.demonstration import workers
from daras.exchange.installation import install_all
from daras.people.models import RecordPerson

#: How COPY writes the zone of a time that stands alone in a column.
_ZONE = re.compile(r"(?<=:\d\d)\+00:00(?=[\t\n])")
#: Made anew for each family: no part of a pattern.
STATES = ("matters_matterstate", "duties_dutystate")


def _told(sender: str, played: Played) -> Told:
    """The pattern's own family, as the county knows its people."""
    place = Place(PLACE.lines[0], PLACE.town, PLACE.postcode)
    lives = []
    for number, person in enumerate(FAMILY.values(), start=1):
        born = person.date_of_birth or date.min
        nhs = person.identifiers[0][1] if person.identifiers else ""
        life = Life(number, person.sex, person.given_name, "", [(born, person.family_name)], born, nhs)
        life.stays = [Stay(place, born)]
        lives.append(life)
    child, mother, man = lives
    return Told(child, mother, man, "father", "assessment", sender, SENDERS[sender].agency, played.at[0][1])


def _own_places(played: Played, pattern: Pattern) -> dict[str, str]:
    """The numbers that the commands gave."""
    found = {"reference": played.reference, "receipt": played.receipt, "meeting": played.meeting_reference}
    found["reason"] = REASON
    for letter, table in {
        "f": "ledger_fact",
        "r": "people_personrecord",
        "m": "matters_matter",
        "g": "access_grant",
    }.items():
        condition = " WHERE granted_by <> 'service:outbox'" if letter == "g" else ""
        found |= _numbered(letter, f"SELECT id FROM {table}{condition} ORDER BY id")
    found |= _numbered("x", "SELECT id FROM frontdoor_document")
    found |= _numbered("a", "SELECT id FROM access_audience WHERE purpose <> 'notices' ORDER BY id & 4294967295")
    for role, member in zip(FAMILY, RecordPerson.objects.order_by("record_id"), strict=True):
        found |= {f"person_{role}": str(member.person_id), f"number_{role}": member.number}
    assert pattern.counts["f"] == sum(name.startswith("f") and name[1:].isdigit() for name in found)
    return found


def _numbered(letter: str, statement: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {f"{letter}{place}": str(row[0]) for place, row in enumerate(cursor.fetchall())}


def _copied(table: str) -> list[str]:
    """The rows of a table as COPY writes them."""
    columns = ", ".join(f'"{column}"' for column in columns_of(table).split())
    words = {"access_grant": " WHERE granted_by <> 'service:outbox'", "access_audience": " WHERE purpose <> 'notices'"}
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY (SELECT {columns} FROM {table}{words.get(table, '')}) TO STDOUT") as reader,
    ):
        return sorted(_plain(b"".join(reader).decode()).splitlines())


def _plain(words: str) -> str:
    """Without what may be written in two ways: quotes within a list, and the zone of a time."""
    return _ZONE.sub("+00", words).replace('"', "")


@pytest.mark.parametrize(("story", "sender"), [("strategy-discussion", "school"), ("answered", "police")])
def test_a_history_is_what_the_commands_write(db: None, story: str, sender: str) -> None:
    """A6, B1, B4: given news that was decided, discussed and acted on by those who do it, when its pattern is written
    for the same family and the same days, then every row is the same, and so is how the matter and every duty stand."""
    install_all()
    workers.install()
    with machine():
        who = {worker.slug: worker for worker in Worker.objects.all()}
    first = begun()
    played = play(STORIES[story], who, SENDERS[sender])
    with custody():
        of_rows = written(first)
        pattern = worded(Pattern(story, sender, tuple(name for name, _ in played.at)), played, of_rows)
        moments = [moment for _, moment in played.at]
        places = _own_places(played, pattern)
        made = filled(pattern, _told(sender, played), moments, places, ends=moments[-1])
        assert set(made) == {model._meta.db_table for model in of_rows} | set(STATES)
        for table, words in made.items():
            lines = sorted(_plain("".join(words)).splitlines())
            assert lines == _copied(table), table
