"""The JSON Schema of each form, and a document that an agency's own system sends of one (design: forms, one renderer
for page, print and API)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from daras.forms.merging import Body
from daras.forms.naming import ROLES
from daras.practice.form_definitions import FormDefinition, FormQuestion

DAY = {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}
TEXT = {"type": "string", "minLength": 1, "maxLength": 20_000}
SHORT = {"type": "string", "minLength": 1, "maxLength": 200}
PERSON: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "given_name": SHORT,
        "family_name": SHORT,
        "role": {"enum": list(ROLES)},
        "date_of_birth": DAY,
        "expected_birth_on": DAY,
        "relation": {"type": "string", "pattern": "^[a-z-]{1,40}$"},
        "lives_in_home": {"type": "boolean"},
    },
}
SUBJECT: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        **{name: value for name, value in PERSON["properties"].items() if name not in {"relation", "lives_in_home"}},
        "nhs_number": {"type": "string", "maxLength": 20},
        "sex": {"enum": ["F", "M", "U"]},
        "street": TEXT,
        "town": SHORT,
        "postcode": {"type": "string", "maxLength": 10},
    },
    "anyOf": [{"required": ["given_name"]}, {"required": ["family_name"]}],
}


def schema(form: FormDefinition) -> dict[str, Any]:
    """The schema of one form in one version. What is required hangs on answers; it is checked when it is sent."""
    questions = {question.id: _question(question) for question in form.questions if question.kind != "people"}
    people = [question.id for question in form.questions if question.kind == "people"]
    left = [question.id for question in form.questions if question.required]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:daras:form:{form.id}:{form.version}",
        "title": form.name,
        "description": form.purpose,
        "type": "object",
        "additionalProperties": False,
        "required": ["version", "team", "completed_by", "subject", "occurred", "answers"],
        "properties": {
            "version": {"const": form.version},
            "team": {"type": "string", "description": "The team of your agency that filled it in."},
            "completed_by": {"type": "string", "description": "The worker, by the name they sign in with."},
            "subject": SUBJECT,
            "occurred": {
                "type": "object",
                "additionalProperties": False,
                "required": ["on"],
                "properties": {
                    "on": DAY,
                    "at": {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$"},
                    "late_because": TEXT,
                },
            },
            "answers": {"type": "object", "additionalProperties": False, "properties": questions},
            "people": {
                "type": "object",
                "additionalProperties": False,
                "properties": {each: {"type": "array", "maxItems": 50, "items": PERSON} for each in people},
            },
            "not_asked": {
                "type": "object",
                "description": "Why a question was not asked, by question.",
                "additionalProperties": False,
                "properties": {question.id: TEXT for question in form.questions if question.not_asked},
            },
            "later": {
                "type": "array",
                "description": "Required questions whose reason follows, and “late” for why it was recorded late.",
                "items": {"enum": [*left, "late"]},
            },
        },
    }


def _question(question: FormQuestion) -> dict[str, Any]:
    made: dict[str, Any] = {"title": question.ask}
    if question.hint:
        made["description"] = question.hint
    choices = [choice.id for choice in question.choices]
    if question.kind == "checkboxes":
        return {**made, "type": "array", "items": {"enum": choices}, "uniqueItems": True, "minItems": 1}
    if choices:
        return {**made, "enum": choices}
    if question.kind == "number":
        made |= {"type": "integer"}
        made |= {} if question.minimum is None else {"minimum": question.minimum}
        return made | ({} if question.maximum is None else {"maximum": question.maximum})
    if question.kind == "date":
        return {**made, **DAY}
    if question.kind == "person":
        return {**made, "type": "string", "description": "“subject”, or a question and a place: “others.p1”."}
    return {**made, **TEXT}


def body_of(sent: Mapping[str, Any]) -> Body:
    """What a draft holds of a document of the right shape."""
    answers = {name: str(value) if isinstance(value, int) else value for name, value in sent["answers"].items()}
    people = {
        question: {f"p{place}": held for place, held in enumerate(named, start=1)}
        for question, named in sent.get("people", {}).items()
    }
    return {
        "occurred": dict(sent["occurred"]),
        "answers": answers,
        "people": people,
        "not_asked": dict(sent.get("not_asked", {})),
        "later": dict.fromkeys(sent.get("later", []), True),
    }
