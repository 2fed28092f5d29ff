"""Between the questions, what was sent, and the fields as they are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.http import QueryDict

from daras.forms.merging import Path, said
from daras.ledger.refusal import Refused
from daras.pages.discussion.fields import DAY, NUMBER, Field, Kind, Option
from daras.pages.referral.asking import Asked
from daras.pages.referral.said_dates import as_read, as_written

YES_NO = (("yes", "Yes"), ("no", "No"))
#: Kinds of question that are answered by writing.
WRITTEN = frozenset({"text", "long", "day"})
_DRAWN: Mapping[str, Kind] = {"day": "text", "number": "text", "yes-no": "radios"}
_WIDTHS = {"day": DAY, "number": NUMBER}


@dataclass(frozen=True, slots=True)
class Aside:
    """What somebody else wrote into a field at the same time."""

    by: str
    words: str


@dataclass(frozen=True, slots=True)
class Filled:
    """One field as it is drawn, and what stands beside it."""

    field: Field
    aside: Aside | None


def read(asked: Iterable[Asked], sent: QueryDict) -> dict[Path, Any]:
    """What a form says of each question that was in it. A choice that was not made is not sent by a browser."""
    return {each.path: _typed(each, sent) for each in asked if each.name in sent or each.kind not in WRITTEN}


def _typed(asked: Asked, sent: QueryDict) -> Any:
    if asked.kind == "checkboxes":
        known = {value for value, _ in asked.choices}
        return [value for value in sent.getlist(asked.name) if value in known]
    typed = sent.get(asked.name, "").replace("\r\n", "\n").strip()
    if asked.kind == "yes-no":
        return {"yes": True, "no": False}.get(typed)
    if asked.kind == "checkbox":
        return True if typed else None
    return as_written(typed) if asked.kind == "day" else typed


def filled(
    asked: Iterable[Asked], body: Mapping[str, Any], set_aside: Mapping[str, Any], mend: tuple[Path, Refused] | None
) -> tuple[Filled, ...]:
    """The fields with what the draft holds, with the refusal at its own field."""
    wrong, error = (mend[0], f"{mend[1].detail} {mend[1].remedy}") if mend else (None, "")
    return tuple(
        Filled(
            _field(each, said(body, each.path), error if each.path == wrong else ""),
            _aside(set_aside.get("/".join(each.path)), each),
        )
        for each in asked
    )


def _aside(kept: Mapping[str, Any] | None, asked: Asked) -> Aside | None:
    if not kept:
        return None
    return Aside(str(kept["by"]), "nothing" if kept["typed"] is None else _in_words(asked, kept["typed"]))


def _field(asked: Asked, value: Any, error: str) -> Field:
    choices = YES_NO if asked.kind == "yes-no" else asked.choices
    if asked.kind == "checkbox":
        options: tuple[Option, ...] = (Option("on", asked.label, bool(value)),)
    else:
        chosen = _chosen(value)
        options = tuple(Option(key, text, key in chosen or (not key and value is None)) for key, text in choices)
    return Field(
        id=f"id_{asked.name}",
        name=asked.name,
        label=asked.label,
        hint=asked.hint,
        kind=_DRAWN.get(asked.kind) or cast(Kind, asked.kind),
        value=_written(asked, value),
        options=options,
        error=error,
        rows=asked.rows,
        width=_WIDTHS.get(asked.kind, 0),
    )


def _chosen(value: Any) -> set[str]:
    if isinstance(value, bool):
        return {"yes" if value else "no"}
    return set(value) if isinstance(value, list) else {str(value or "")}


def _written(asked: Asked, value: Any) -> str:
    if asked.kind not in WRITTEN or not value:
        return ""
    return as_read(str(value)) if asked.kind == "day" else str(value)


def first_of(field: Field) -> str:
    """Where the error summary leads: a group of choices to its first."""
    return f"#{field.id}_0" if field.kind in {"radios", "checkboxes"} else f"#{field.id}"


def answers(asked: Iterable[Asked], body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is said, question by question, for reading; questions without an answer are left out."""
    found = []
    for each in asked:
        value = said(body, each.path)
        if value is not None and value != "":
            found.append((each.label, _in_words(each, value)))
    return found


def _in_words(asked: Asked, value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if asked.kind == "day":
        return as_read(str(value))
    words = dict(asked.choices)
    if isinstance(value, list):
        return ", ".join(str(words.get(each, each)) for each in value)
    return str(words.get(str(value), value))
