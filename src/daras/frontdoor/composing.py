"""From what the forms hold to the document that is sent: a draft keeps people, worries and ties by key (A1).

Keys stay what they are while people are added and taken away, so that two writers never mean different people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from daras.access.models import Worker
from daras.forms.merging import Body, Path, put, said
from daras.frontdoor.document import FORMAT, ReferralDocument
from daras.frontdoor.quality import Quality, check
from daras.frontdoor.reading import part
from daras.ledger.refusal import Refused
from daras.practice import pack_for
from daras.working_time import clock

Draft = Mapping[str, Any]
#: The parts of a draft that grow, and what the key of each one begins with.
GROWING = {"people": "p", "worries": "w", "ties": "t"}
#: A worry whose kind nobody has chosen.
SOME_WORRY = "other"
CHILDREN = frozenset({"child", "unborn"})
#: So many unreadable dates are left out of a quality check before it is given up.
MOST_LEFT_OUT = 20


def keys(body: Draft, growing: str) -> list[str]:
    """The keys of one growing part, in the order in which they were added."""
    return sorted(body.get(growing, {}), key=lambda key: (len(key), key))


def next_key(body: Draft, growing: str) -> str:
    """A key that nothing else has in this draft, nor had."""
    used = [int(key[1:]) for key in keys(body, growing)]
    highest = max([*used, int(said(body, ("highest", growing)) or 0)])
    return f"{GROWING[growing]}{highest + 1}"


def name_of(person: Draft) -> str:
    """What somebody is called while the form is being written."""
    written = " ".join(part for part in (person.get("given_name"), person.get("family_name")) if part)
    return written or ("Unborn child" if person.get("role") == "unborn" else "Somebody without a name yet")


def children(body: Draft) -> list[str]:
    """The keys of the children in a draft."""
    return [key for key in keys(body, "people") if body["people"][key].get("role") in CHILDREN]


def document(body: Draft, sender: Worker, now: datetime) -> Body:
    """The daras-referral/1 document as far as the draft goes. Reading it says whether it is whole."""
    made: Body = {
        "format": FORMAT,
        "kind": "referral",
        "sent_at": now.isoformat(timespec="seconds"),
        "from": _sender(body, sender),
        "people": [person(key, body["people"][key]) for key in keys(body, "people")],
        "relationships": [_tie(body["ties"][key]) for key in keys(body, "ties")],
        "concerns": [_worry(body, body["worries"][key]) for key in keys(body, "worries")],
        "voice_of_child": {key: voice for key, voice in body.get("voice", {}).items() if voice},
        "safe_now": {key: _safe(safe) for key, safe in body.get("safe", {}).items() if "seen" in safe},
        "involvement": _family(body.get("family", {})),
        "hoped_for": body.get("hopes", {}).get("hoped_for"),
    }
    return {name: value for name, value in made.items() if value or name in {"people", "concerns"}}


def _sender(body: Draft, sender: Worker) -> Body:
    return without_empty(
        {
            "agency": sender.agency,
            "team": sender.team,
            "name": sender.name,
            "role": sender.role.replace("-", " "),
            "email": sender.email,
            "phone": body.get("hopes", {}).get("phone"),
        }
    )


def person(key: str, held: Draft) -> Body:
    """Somebody of a draft as the document names them."""
    made: Body = {"ref": key, "role": "unknown"}
    plain = (
        "role", "given_name", "family_name", "date_of_birth", "expected_birth_on", "sex",
        "works_with_children", "anonymous_to_others",
    )  # fmt: skip
    made |= {name: held[name] for name in plain if held.get(name)}
    if held.get("known_as"):
        made["also_known_as"] = [held["known_as"]]
    numbers = (("nhs-number", held.get("nhs_number")), ("upn", held.get("upn")))
    made["identifiers"] = [{"system": system, "value": value} for system, value in numbers if value]
    made["address"] = without_empty(
        {"lines": _lines(held.get("street", "")), "town": held.get("town"), "postcode": held.get("postcode")}
    )
    return without_empty(made)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()][:6]


def _tie(held: Draft) -> Body:
    return {"from": held["start"], "to": held["end"], "type": held["relation"]}


def _worry(body: Draft, held: Draft) -> Body:
    """A worry about nobody in particular is about the children named."""
    worry = {
        name: held[name] for name in ("suspected", "what_happened", "occurred_at", "seen_or_heard_by") if held.get(name)
    }
    return {**worry, "about": held.get("about") or children(body), "category": held.get("category") or SOME_WORRY}


def _safe(held: Draft) -> Body:
    company = [name.strip() for name in re.split(r"[,\n]", held.get("company", "")) if name.strip()]
    return without_empty({**{name: held.get(name) for name in ("seen", "seen_by", "where")}, "with": company})


def _family(held: Draft) -> Body:
    family = {name: held.get(name) for name in ("parents_told", "reason", "their_views")}
    if held.get("agreement_by") and held.get("agreement_given") is not None:
        family["agreement"] = {"by": held["agreement_by"], "given": held["agreement_given"]}
    return without_empty(family)


def without_empty(made: Mapping[str, Any]) -> Body:
    """The same without what says nothing."""
    return {name: value for name, value in made.items() if value not in (None, "", [], {})}


def missing(body: Draft) -> Refused | None:
    """What a referral cannot go without: somebody, and a worry in words. Said before anything else is checked."""
    if not keys(body, "people"):
        return Refused("nobody-named", "/people", "Nobody is named yet.", "Say who this is about.")
    if not keys(body, "worries"):
        return Refused("no-worry", "/concerns", "No worry is written yet.", "Write what you are worried about.")
    for place, key in enumerate(keys(body, "worries")):
        held = body["worries"][key]
        at = f"/concerns/{place}"
        if not held.get("what_happened"):
            return Refused("no-words", f"{at}/what_happened", "This worry has no words.", "Write what happened.")
        if not held.get("about") and not children(body):
            return Refused("about-nobody", f"{at}/about", "This worry is about nobody.", "Say whom it is about.")
    return None


def field_at(body: Draft, pointer: str) -> Path:
    """Where in the draft a refused document's pointer leads: ("people", "p2", "date_of_birth")."""
    steps = pointer.strip("/").split("/")
    part_of = {"people": "people", "concerns": "worries", "relationships": "ties"}.get(steps[0])
    if part_of is None:
        first = {"voice_of_child": "voice", "safe_now": "safe", "involvement": "family", "hoped_for": "hopes"}
        return (first.get(steps[0], ""), *steps[1:])
    held = keys(body, part_of)
    if len(steps) < 2 or not steps[1].isdigit() or int(steps[1]) >= len(held):
        return (part_of,)
    return part_of, held[int(steps[1])], *_field_names(steps[2:])


def _field_names(steps: list[str]) -> Path:
    """The form's own name of a document's field."""
    if not steps:
        return ("given_name",)
    renamed = {"identifiers": "nhs_number", "also_known_as": "known_as", "lines": "street"}
    name = steps[-1] if steps[0] == "address" and len(steps) > 1 else steps[0]
    return (renamed.get(name, "street" if name == "address" else name),)


def partial(body: Draft, sender: Worker, now: datetime) -> ReferralDocument:
    """As much as can be read already; a date that is none is left out. Raises `Refused` where that is no help."""
    made = document(body, sender, now)
    if not made["concerns"]:
        made["concerns"] = [{"about": children(body), "category": SOME_WORRY, "what_happened": ""}]
    made["concerns"] = [{"what_happened": "", **each} for each in made["concerns"]]
    for _ in range(MOST_LEFT_OUT):
        try:
            return part(made)
        except Refused as refused:
            _leave_out(made, refused)
    return part(made)


def _leave_out(made: Body, refused: Refused) -> None:
    inner: Any = made
    *steps, last = refused.pointer.strip("/").split("/")
    for step in steps:
        inner = inner[int(step)] if isinstance(inner, list) else inner[step]
    inner.pop(int(last) if isinstance(inner, list) else last, None)


def quality(body: Draft, sender: Worker, now: datetime) -> Quality:
    """How complete the referral is while it is being written (A2)."""
    return check(partial(body, sender, now), pack_for(clock.local_date(now)).questions)


def take_out(body: Body, growing: str, key: str) -> None:
    """Take one person, worry or tie out, with every mention of it, and remember that its key was used."""
    put(body, ("highest", growing), max(int(key[1:]), int(said(body, ("highest", growing)) or 0)))
    body.get(growing, {}).pop(key, None)
    if growing != "people":
        return
    for part_of in ("voice", "safe"):
        body.get(part_of, {}).pop(key, None)
    for worry in body.get("worries", {}).values():
        for field in ("about", "suspected"):
            if key in worry.get(field, []):
                put(worry, (field,), [each for each in worry[field] if each != key])
    ties = body.get("ties", {})
    for tie in [each for each, held in ties.items() if key in (held.get("start"), held.get("end"))]:
        ties.pop(tie)
    if said(body, ("family", "agreement_by")) == key:
        put(body, ("family", "agreement_by"), None)
