"""The rows of a played story as words with places for whatever is another in another family's history.

Every number of a row, every time and every word of the pattern's family is found by what the column means; a number
that means nothing known is an error, so that nothing of the pattern's own slips into a county.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Field, Model

from daras.access.models import SERIAL_BITS, Audience, Grant, Worker
from daras.agencies import load_directory
from daras.duties.models import DutyMet, DutyOpened
from daras.exchange.county.pattern import Due, Moment, Pattern, Row, Written, columns_of
from daras.exchange.county.stories import FAMILY, MAN, PLACE, REASON, Played
from daras.frontdoor.models import Document
from daras.frontdoor.people_named import place_key
from daras.ledger.models import Detail, Fact
from daras.matters.models import Matter, MatterDecided
from daras.matters.status import FactSummary, derive
from daras.people.models import BirthKnown, PersonRecord, RecordPerson, RelationshipKnown
from daras.practice import pack_for
from daras.working_time import clock

NULL = r"\N"
#: What a row is known by, by the first letter of its place.
_NUMBERED: Mapping[type[Model], str] = {
    Fact: "f", PersonRecord: "r", Matter: "m", Document: "x", Audience: "a", Grant: "g",
}  # fmt: skip
#: The audience of what an agency is told: made again when it is next told something.
OF_NOTICES = "notices"


def worded(pattern: Pattern, played: Played, written: Written) -> Pattern:
    """Fill a pattern with the words of what was written. Raises `AssertionError` for a number that means nothing
    known."""
    _Wording(pattern, played, written).fill()
    return pattern


class _Wording:
    def __init__(self, pattern: Pattern, played: Played, written: Written) -> None:
        self.pattern = pattern
        self.written = {model: _kept(model, rows) for model, rows in written.items()}
        self.at = [moment.astimezone(UTC) for _, moment in played.at]
        self.places = {
            letter: {row[_key(model)]: place for place, row in enumerate(self.written.get(model, ()))}
            for model, letter in _NUMBERED.items()
        }
        self.facts = {row["id"]: row for row in self.written[Fact]}
        self.role_of = dict(zip(sorted(row["id"] for row in self.written[PersonRecord]), FAMILY, strict=True))
        self.tokens = dict(_tokens(played))

    def fill(self) -> None:
        """All words, the numbers needed, and how things stand after each step."""
        pattern, steps = self.pattern, len(self.at)
        pattern.counts = {letter: len(places) for letter, places in self.places.items()}
        pattern.scopes = [row["scope_id"] for row in self.written[Audience]]
        pieces: list[defaultdict[str, list[str]]] = [defaultdict(list) for _ in range(steps)]
        for model, rows in self.written.items():
            for row in rows:
                pieces[self._step_of(model, row)][model._meta.db_table].append(self._line(model, row))
        pattern.pieces = [{table: "".join(lines) for table, lines in piece.items()} for piece in pieces]
        for opened in self.written.get(DutyOpened, ()):
            self._due(opened)
        pattern.states = [
            {"matters_matterstate": self._matter_state(step), "duties_dutystate": "".join(self._duty_states(step))}
            for step in range(steps)
        ]

    def _step_of(self, model: type[Model], row: Row) -> int:
        """The step in which a row was written: that of its fact, or by its own time."""
        if issubclass(model, Detail):
            row = self.facts[row["fact_id"]]
        elif model is RecordPerson:
            return 0
        times = ("recorded_at", "made_at", "opened_at", "granted_at", "received_at", "ended_at")
        name = next((name for name in times if name in row), None)
        if name is None:
            raise AssertionError(f"{model._meta.db_table}: no column says when it was written.")
        return self._moment(row[name]).step

    def _moment(self, at: datetime) -> Moment:
        steps = [step for step, moment in enumerate(self.at) if moment <= at]
        step = steps[-1] if steps else 0
        return Moment(step, at - self.at[step])

    def _line(self, model: type[Model], row: Row) -> str:
        fields = {str(each.column): each for each in model._meta.concrete_fields}
        values = (self._value(model, fields[column], row) for column in columns_of(model._meta.db_table).split())
        return "\t".join(values) + "\n"

    def _value(self, model: type[Model], column: Field[Any, Any], row: Row) -> str:
        value, name = row[str(column.column)], str(column.column)
        if value is None:
            return NULL
        own = self._of_its_own(model, name, row)
        if own:
            return own
        if isinstance(value, list):
            return self._list(column, value)
        if isinstance(value, bool):
            return "t" if value else "f"
        if isinstance(value, int):
            return self._number(model, column, value)
        if isinstance(value, datetime):
            return self._time(value)
        if isinstance(value, date):
            return self._day(value)
        return self._words(str(value))

    def _of_its_own(self, model: type[Model], name: str, row: Row) -> str:
        """The place of a value that no rule for its kind of column gives, or nothing."""
        if model is RecordPerson and name in {"person_id", "number"}:
            return f"%({'person' if name == 'person_id' else 'number'}_{self.role_of[row['record_id']]})s"
        if model is BirthKnown and name == "sex":
            return f"%(sex_{self._about(row)})s"
        if model is RelationshipKnown and name == "relation" and self._about(row) == MAN:
            return "%(relation)s"
        if model is MatterDecided and name == "decision" and row["reason"] == REASON:
            return "%(decision)s"
        if model is DutyOpened and name == "due_at":
            return f"%(due{self.places['f'][row['fact_id']]})s"
        return "%(digest)s" if model is Document and name == "digest" else ""

    def _about(self, row: Row) -> str:
        """Whom a fact is about, by the ref of the news."""
        return str(self.role_of[self.facts[row["fact_id"]]["person_record_id"]])

    def _number(self, model: type[Model], column: Field[Any, Any], value: int) -> str:
        name = str(column.column)
        letter = _letter(model, column)
        if letter is None:
            if isinstance(column, BigIntegerField) or column.is_relation:
                raise AssertionError(f"{model._meta.db_table}.{name} = {value}: it means nothing known.")
            return str(value)
        if letter == "a" and value & ((1 << SERIAL_BITS) - 1) == 0:
            return str(value)
        if letter == "standing":
            return str(value)
        return f"%({letter}{self.places[letter][value]})s"

    def _list(self, column: Field[Any, Any], values: list[Any]) -> str:
        assert isinstance(column, ArrayField)
        if str(column.column).endswith("record_ids"):
            return "{" + ",".join(f"%(r{self.places['r'][value]})s" for value in values) + "}"
        inner = (str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values)
        return self._words("{" + ",".join(f'"{value}"' for value in inner) + "}")

    def _time(self, value: datetime) -> str:
        moment = self._moment(value)
        name = f"t{moment.step}_{round(moment.later.total_seconds())}"
        self.pattern.moments[name] = moment
        return f"%({name})s"

    def _day(self, value: date) -> str:
        for role, person in FAMILY.items():
            if value == person.date_of_birth:
                return f"%(born_{role})s"
        step = max((s for s, moment in enumerate(self.at) if clock.local_date(moment) <= value), default=0)
        later = value - clock.local_date(self.at[step])
        name = f"day{step}_{later.days}"
        self.pattern.days[name] = Moment(step, later)
        return f"%({name})s"

    def _words(self, text: str) -> str:
        text = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
        text = text.replace("%", "%%")
        for token, place in self.tokens.items():
            text = text.replace(token, f"%({place})s")
        return text

    def _due(self, opened: Row) -> None:
        """How the due time of a duty is counted anew: by its kind's clock, or as it stands to a step."""
        kind = opened["duty_kind"]
        pack = pack_for(clock.local_date(self.at[0]))
        by_clock = pack.duty(kind).clock.due(opened["anchor_at"], pack.calendar) == opened["due_at"]
        self.pattern.dues[str(self.places["f"][opened["fact_id"]])] = Due(
            kind,
            opened=self._moment(self.facts[opened["fact_id"]]["recorded_at"]),
            anchor=self._moment(opened["anchor_at"]),
            set_by_hand=None if by_clock else self._moment(opened["due_at"]),
        )

    def _matter_state(self, step: int) -> str:
        """As `matters.commands.project` writes it after a step."""
        known = [row for row in self.facts.values() if self._moment(row["recorded_at"]).step <= step]
        state = derive((FactSummary(row["kind"], row["recorded_at"], row["id"]) for row in known), self.at[step])
        (matter,) = self.written[Matter]
        values = {
            "matter_id": "%(m0)s",
            "status": state.status,
            "news_count": str(state.news_count),
            "last_news_at": self._time(state.last_news_at),
            "decision_owed": "t" if state.decision_owed else "f",
            "audience_id": f"%(a{self.places['a'][matter['audience_id']]})s",
        }
        return "\t".join(values[column] for column in columns_of("matters_matterstate").split()) + "\n"

    def _duty_states(self, step: int) -> Iterator[str]:
        """As `duties.commands` writes them: each duty opened by then, and when it was met, if it was."""
        met = {row["duty_id"]: row for row in self.written.get(DutyMet, ())}
        for opened in self.written.get(DutyOpened, ()):
            if self._step_of(DutyOpened, opened) > step:
                continue
            meeting = met.get(opened["fact_id"])
            done = meeting is not None and self._step_of(DutyMet, meeting) <= step
            place = self.places["f"][opened["fact_id"]]
            values = {
                "duty_id": f"%(f{place})s",
                "matter_id": "%(m0)s",
                "owner_agency": self._words(opened["owner_agency"]),
                "owner_team": self._words(opened["owner_team"]),
                "due_at": f"%(due{place})s",
                "met_at": self._time(meeting["met_at"]) if meeting is not None and done else NULL,
                "paused": "f",
                "next_step_at": NULL if done else f"%(next{place})s",
                "audience_id": self._number(
                    DutyOpened, DutyOpened._meta.get_field("audience_id"), opened["audience_id"]
                ),
            }
            yield "\t".join(values[column] for column in columns_of("duties_dutystate").split()) + "\n"


def _kept(model: type[Model], rows: list[Row]) -> list[Row]:
    """Rows in the order of their numbers, without what belongs to notices."""
    if model is Audience:
        kept = [row for row in rows if row["purpose"] != OF_NOTICES]
        # By the serial alone: the scope stands above it.
        return sorted(kept, key=lambda row: row["id"] & ((1 << SERIAL_BITS) - 1))
    if model is Grant:
        return [row for row in rows if row["granted_by"] != "service:outbox"]
    return rows


def _key(model: type[Model]) -> str:
    return str(model._meta.pk.column)


def _letter(model: type[Model], column: Field[Any, Any]) -> str | None:
    """What a number in this column is the number of; "standing" where it stands for itself in every history."""
    name = str(column.column)
    if name.endswith("audience_id") or (model is Audience and name == "id"):
        return "a"
    if name.endswith("record_id"):
        return "r"
    if name == "matter_id":
        return "m"
    target: Any = column
    while target.is_relation:
        target = target.target_field
    if target.model is Worker or name == "scope_id":
        return "standing"
    return _NUMBERED.get(target.model) if target.primary_key else None


def _tokens(played: Played) -> Iterator[tuple[str, str]]:
    """Every word of the pattern that is another in another family's history, the longest first."""
    found = {
        played.reference: "reference",
        played.receipt: "receipt",
        PLACE.lines[0]: "line",
        REASON: "reason",
        PLACE.town: "town",
        PLACE.postcode: "postcode",
        place_key(PLACE): "place_key",
        played.at[0][1].astimezone(UTC).isoformat(): "sent_at",
        "daughter of": "offspring",
        '{"ref": "child", "sex": "F"': "sex_in_document",
        '"from": "man", "type": "father"': "tie_in_document",
    }
    if played.meeting_reference:
        found[played.meeting_reference] = "meeting"
    for role, person in FAMILY.items():
        found[person.given_name] = f"given_{role}"
        found[person.family_name] = f"family_{role}"
        found[str(person.date_of_birth)] = f"born_{role}"
        for _, value in person.identifiers:
            found[value] = f"nhs_{role}"
    if played.sender.agency != "devon-and-cornwall-police":
        found[played.sender.agency] = "sender"
        found[load_directory().agency_at_any_time(played.sender.agency).name] = "sender_name"
    return iter(sorted(found.items(), key=lambda each: -len(each[0])))
