"""Reading a document: from bytes to `ReferralDocument`, or a named refusal (design: bad input).

The same reading serves the command line, the API, a dropped file and a page.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any, NoReturn

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from daras.agencies import Directory
from daras.frontdoor import checks
from daras.frontdoor.dates import day, instant, when
from daras.frontdoor.document import (
    FORMAT,
    Address,
    ConcernNamed,
    FamilyInvolvement,
    InvolvementNamed,
    PersonNamed,
    ReferralDocument,
    RelationshipNamed,
    RiskNamed,
    SafeNowNamed,
    Sender,
    VoiceNamed,
)
from daras.ledger.refusal import Refused, pointer

#: A referral is a few thousand bytes; more than this is refused unread.
MOST_BYTES = 1_000_000
#: No document that we publish goes half as deep.
DEEPEST = 40

Json = Mapping[str, Any]


@cache
def schema() -> dict[str, Any]:
    """The published JSON Schema of `daras-referral/1`."""
    text = resources.files("daras.frontdoor").joinpath("schemas/daras-referral-1.schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


def read(raw: bytes, directory: Directory, now: datetime) -> ReferralDocument:
    """The document in these bytes; raises `Refused` naming the field and how to mend it."""
    body = load(raw)
    if body.get("format") != FORMAT:
        raise Refused(
            "unknown-format",
            "/format",
            f"The format is {body.get('format')!r}, and this front door reads {FORMAT!r}.",
            "Send the document as daras-referral/1; its schema is at /api/v1/schemas/daras-referral-1.",
        )
    _check_shape(body)
    document = _build(body)
    checks.check(document, directory, now)
    return document


def part(body: Json) -> ReferralDocument:
    """As much of a document as there is, while somebody writes it: for the quality check, never for the record.

    A date that is none raises `Refused`, as it would in the end.
    """
    return _build({"people": [], "concerns": [], **body})


def load(raw: bytes) -> dict[str, Any]:
    """The JSON object in these bytes; raises `Refused` for what is too large, not UTF-8, not JSON, or not storable."""
    if len(raw) > MOST_BYTES:
        raise Refused(
            "too-large",
            "",
            f"The document has more than {MOST_BYTES:,} bytes.",
            "Send it without files in it.",
        )
    try:
        text = raw.decode("utf-8-sig")
        body = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_key_twice)
    except UnicodeDecodeError as error:
        raise Refused(
            "not-utf-8", "", f"Byte {error.start + 1} is not UTF-8.", "Save the document as UTF-8 and send it again."
        ) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise Refused("not-json", "", f"This is not JSON: {error}.", "Check the document where it says.") from None
    if not isinstance(body, dict):
        raise Refused("not-an-object", "", "The document is not a JSON object.", "Send one object in braces.")
    _check_storable(body)
    return body


def canonical_digest(body: Json) -> str:
    """SHA-256 of the canonical JSON: the same news written with other spaces or key order is the same document."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a value in JSON")


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        twice = next(key for index, (key, _) in enumerate(pairs) if key in dict(pairs[:index]))
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return made


def _check_storable(value: object, path: tuple[str | int, ...] = ()) -> None:
    """Refuse characters that no record can hold, NUL and lone surrogates, and what is nested deeper than anything we
    read: how deep that may be must not depend on the machine."""
    if len(path) > DEEPEST:
        raise _too_deep()
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise Refused(
                "unreadable-character", pointer(*path), "The text holds a character that is no text.", "Remove it."
            )
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            _check_storable(key, path)
            _check_storable(inner, (*path, key))
    elif isinstance(value, Sequence):
        for index, inner in enumerate(value):
            _check_storable(inner, (*path, index))


def _too_deep() -> Refused:
    return Refused("not-json", "", "The document is nested too deeply.", "Send a daras-referral/1 document.")


def _check_shape(body: Json) -> None:
    error = best_match(_validator().iter_errors(body))
    if error is not None:
        raise _shape_refusal(error)


_REMEDIES = {
    "required": "Add the missing field.",
    "additionalProperties": "Remove it, or write it under the name the schema gives it.",
    "enum": "Write one of the values the schema lists.",
    "pattern": "Write it as the schema says.",
    "type": "Write it in the type the schema says.",
    "minLength": "Write something here, or leave the field out.",
    "maxLength": "Shorten it.",
}


def _shape_refusal(error: ValidationError) -> Refused:
    said = error.message if len(error.message) < 300 else error.message[:300] + " ..."
    remedy = _REMEDIES.get(str(error.validator), "See the schema of daras-referral/1.")
    return Refused("wrong-shape", pointer(*error.absolute_path), f"{said}.", remedy)


def _build(body: Json) -> ReferralDocument:
    """From JSON of the right shape to the typed document; raises `Refused` for dates that are no dates."""
    return ReferralDocument(
        kind=body["kind"],
        grade=body.get("grade"),
        sent_at=instant(body["sent_at"], "/sent_at"),
        sender=_sender(body["from"]),
        people=tuple(_person(person, pointer("people", index)) for index, person in enumerate(body["people"])),
        relationships=tuple(
            _relationship(each, pointer("relationships", index))
            for index, each in enumerate(body.get("relationships", []))
        ),
        concerns=tuple(_concern(each, pointer("concerns", index)) for index, each in enumerate(body["concerns"])),
        voices={ref: VoiceNamed(**_stripped(voice)) for ref, voice in body.get("voice_of_child", {}).items()},
        safe_now={ref: _safe_now(safe) for ref, safe in body.get("safe_now", {}).items()},
        family=_family(body.get("involvement", {})),
        hoped_for=body.get("hoped_for", "").strip(),
        addressed_to=_addressed_to(body.get("to", {})),
        digest=canonical_digest(body),
        body=body,
    )


def _stripped(fields: Json) -> dict[str, str]:
    return {name: value.strip() for name, value in fields.items()}


def _sender(body: Json) -> Sender:
    return Sender(**body)


def _addressed_to(body: Json) -> str:
    return " / ".join(body[part] for part in ("agency", "team", "worker") if part in body)


def _address(body: Json, at: str) -> Address:
    return Address(
        lines=tuple(body.get("lines", ())),
        town=body.get("town", "").strip(),
        postcode=body.get("postcode", "").strip().upper(),
        many_households=body.get("many_households", False),
        since=day(body.get("since"), at + "/since"),
        until=day(body.get("until"), at + "/until"),
    )


def _person(body: Json, at: str) -> PersonNamed:
    return PersonNamed(
        ref=body["ref"],
        role=body["role"],
        given_name=body.get("given_name", "").strip(),
        middle_names=body.get("middle_names", "").strip(),
        family_name=body.get("family_name", "").strip(),
        previous_family_names=tuple(body.get("previous_family_names", ())),
        also_known_as=tuple(body.get("also_known_as", ())),
        date_of_birth=day(body.get("date_of_birth"), at + "/date_of_birth"),
        expected_birth_on=day(body.get("expected_birth_on"), at + "/expected_birth_on"),
        sex=body.get("sex", ""),
        identifiers=tuple((each["system"], each["value"].strip()) for each in body.get("identifiers", ())),
        address=_address(body["address"], at + "/address") if "address" in body else None,
        previous_addresses=tuple(
            _address(each, f"{at}/previous_addresses/{index}")
            for index, each in enumerate(body.get("previous_addresses", ()))
        ),
        disabilities=tuple(body.get("disabilities", ())),
        involvements=tuple(
            _involvement(each, f"{at}/involvements/{index}") for index, each in enumerate(body.get("involvements", ()))
        ),
        poses_risk=_risk(body["poses_risk"], at + "/poses_risk") if "poses_risk" in body else None,
        works_with_children=body.get("works_with_children", ""),
        anonymous_to_others=body.get("anonymous_to_others", False),
    )


def _involvement(body: Json, at: str) -> InvolvementNamed:
    return InvolvementNamed(
        agency=body["agency"],
        team=body.get("team"),
        kind=body["kind"],
        since=day(body.get("since"), at + "/since"),
        until=day(body.get("until"), at + "/until"),
    )


def _risk(body: Json, at: str) -> RiskNamed:
    return RiskNamed(
        status=body["status"],
        basis=body["basis"],
        in_custody=body.get("in_custody", False),
        release_on=day(body.get("release_on"), at + "/release_on"),
        proposed_address=_address(body["proposed_address"], at + "/proposed_address")
        if "proposed_address" in body
        else None,
        known_by=tuple(body.get("known_by", ())),
    )


def _relationship(body: Json, at: str) -> RelationshipNamed:
    return RelationshipNamed(
        start=body["from"],
        end=body["to"],
        relation=body["type"],
        since=day(body.get("since"), at + "/since"),
        until=day(body.get("until"), at + "/until"),
    )


def _concern(body: Json, at: str) -> ConcernNamed:
    return ConcernNamed(
        about=tuple(dict.fromkeys(body["about"])),
        suspected=tuple(dict.fromkeys(body.get("suspected", ()))),
        category=body["category"],
        what_happened=body["what_happened"].strip(),
        occurred=when(body["occurred_at"], at + "/occurred_at") if "occurred_at" in body else None,
        seen_or_heard_by=body.get("seen_or_heard_by", "").strip(),
    )


def _safe_now(body: Json) -> SafeNowNamed:
    return SafeNowNamed(
        seen=body["seen"],
        seen_by=body.get("seen_by", ""),
        where=body.get("where", ""),
        accompanied_by=tuple(body.get("with", ())),
    )


def _family(body: Json) -> FamilyInvolvement:
    agreement = body.get("agreement", {})
    return FamilyInvolvement(
        parents_told=body.get("parents_told"),
        reason=body.get("reason", "").strip(),
        their_views=body.get("their_views", "").strip(),
        agreement_by=agreement.get("by", ""),
        agreement_given=agreement.get("given"),
    )
