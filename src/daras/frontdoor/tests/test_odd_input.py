"""Whatever a document holds, it is recorded or refused by name: nothing in it is a fault of ours (A1, A5; design: bad
input)."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from daras.access.models import Worker
from daras.frontdoor.intake import receive
from daras.frontdoor.outcome import Outcome
from daras.frontdoor.reading import MOST_BYTES, schema
from daras.frontdoor.tests.documents import changed, encoded, referral

pytestmark = pytest.mark.django_db
Path = tuple[str | int, ...]

#: The days at which a calendar, a database or a clock that counts from them may give out.
ODD_DAYS = ("0000-00-00", "0001-01-01", "1879-12-31", "2199-12-31", "2200-01-01", "9999-12-31", "2026-02-30")
ODD_VALUES: tuple[Any, ...] = (
    None, 1, "x", [], {}, [None], [[]], {"alex": None}, {"": {}}, 1e300, True, {"/~": {"text": "a"}},
)  # fmt: skip
ODD_TEXTS = ("\u202eelttil\u200f", "💥", "e\u0301" * 20, "%s{}", "\x01\x7f", "<script>", "'\"\\", "\n", " ")


@pytest.fixture(autouse=True)
def _the_day_after(monkeypatch: pytest.MonkeyPatch, workers: dict[str, Worker]) -> None:
    monkeypatch.setenv("DARAS_NOW", "2026-11-24T09:00:00+00:00")


def full() -> dict[str, Any]:
    """Mark's referral with everything in it that a document may have."""
    body = referral("mark")
    address = {"lines": ["9 Elm Row"], "town": "Truro", "postcode": "TR1 2AB"}
    stay = address | {"since": "2019-01-01", "until": "2019-02-01"}
    for person in body["people"]:
        person |= {
            "address": dict(stay),
            "previous_addresses": [dict(stay)],
            "middle_names": "Jory",
            "also_known_as": ["Joe"],
        }
        person |= {"previous_family_names": ["Hale"], "works_with_children": "a coach", "disabilities": ["LD"]}
        person["identifiers"] = [{"system": "social-care-id", "value": "123"}]
        person["involvements"] = [
            {"agency": "royal-cornwall-hospitals", "kind": "patient", "since": "2020-01-01", "until": "2027-01-01"}
        ]
        if "poses_risk" in person:
            person["poses_risk"] |= {"release_on": "2026-12-14", "proposed_address": dict(stay)}
    body["relationships"] = [each | {"since": "2020-01-01", "until": "2027-01-01"} for each in body["relationships"]]
    body["people"].append({"ref": "baby", "role": "unborn", "expected_birth_on": "2027-04-01"})
    body["concerns"][0] |= {"occurred_at": "2026-11", "seen_or_heard_by": "a neighbour"}
    body["to"] = {"agency": "cornwall-childrens-services", "team": "maru", "worker": "somebody"}
    body["from"] |= {"name": "A Sender", "role": "officer", "email": "a@b.example", "phone": "01872 000000"}
    about = body["concerns"][0]["about"][0]
    body["safe_now"] = {about: {"seen": True, "seen_by": "me", "where": "school", "with": ["his teacher"]}}
    body["involvement"] = {"parents_told": False, "reason": "It may add to the risk.", "their_views": "Not asked yet."}
    body["hoped_for"] = "Somebody visits."
    return body


def leaves(value: object, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text of a document with the way to it, one of each kind."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, step))


def kinds_of_leaves(body: dict[str, Any]) -> dict[Path, Path]:
    """One way to each kind of text: of a list of people, the first who has it."""
    found: dict[Path, Path] = {}
    for path, _ in leaves(body):
        found.setdefault(tuple("#" if isinstance(step, int) else step for step in path), path)
    return found


def with_value(body: dict[str, Any], path: Path, value: object) -> bytes:
    made = copy.deepcopy(body)
    inner: Any = made
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return encoded(made)


def delivered(raw: bytes) -> Outcome:
    """What becomes of it, with nothing left behind."""
    with transaction.atomic():
        outcome = receive(raw)
        transaction.set_rollback(True)
    assert outcome.outcome in ("recorded", "refused")
    assert (outcome.problem is not None) == (outcome.outcome == "refused")
    if outcome.problem is not None:
        assert all((outcome.problem.code, outcome.problem.detail, outcome.problem.remedy))
    return outcome


def test_the_full_document_is_accepted() -> None:
    """A1: given a document with everything in it, then it is recorded: what is refused below is refused for what was
    changed."""
    assert delivered(encoded(full())).outcome == "recorded"


def test_no_day_is_a_fault() -> None:
    """A1, E2, F11: given the first and the last day of the calendar, and days that are none, in any field, then each
    document is recorded or refused by that field; a slip of the hand in a release or an expected birth stops no
    clock."""
    body = full()
    days = [path for path in kinds_of_leaves(body).values() if re.match(r"\d{4}-\d\d", _at(body, path))]
    assert {path[-1] for path in days} >= {
        "release_on",
        "expected_birth_on",
        "date_of_birth",
        "since",
        "until",
        "sent_at",
    }
    for path in days:
        for day in ODD_DAYS:
            written = f"{day}T00:00:00Z" if "T" in _at(body, path) else day
            outcome = delivered(with_value(body, path, written))
            if day in ("0000-00-00", "0001-01-01", "1879-12-31", "2200-01-01", "9999-12-31"):
                assert outcome.problem is not None, (path, day)
                assert outcome.problem.pointer == "/" + "/".join(map(str, path))


def _at(body: Any, path: Path) -> str:
    for step in path:
        body = body[step]
    return str(body)


def test_no_text_is_a_fault() -> None:
    """A1: given words that run backward, pictures, control characters and markup in any field, then each document is
    recorded or refused by name."""
    body = full()
    paths = list(kinds_of_leaves(body).values())
    for number, path in enumerate(paths):
        for text in (ODD_TEXTS[number % len(ODD_TEXTS)], ODD_TEXTS[(number + 4) % len(ODD_TEXTS)]):
            delivered(with_value(body, path, text))


def longest(path: Path) -> int | None:
    """How long the published schema lets a text be; none where it must have a form of its own."""
    node: Any = schema()
    for step in path:
        node = _resolved(node)
        if isinstance(step, int):
            node = node["items"]
        else:
            node = node.get("properties", {}).get(step) or node["additionalProperties"]
    node = _resolved(node)
    return None if "pattern" in node else node.get("maxLength")


def _resolved(node: Any) -> Any:
    return schema()["$defs"][node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else node


def test_what_the_schema_lets_in_fits_the_record() -> None:
    """A1: given the longest text that the published schema allows, in any field, then the document is recorded."""
    body = full()
    tried = 0
    for path in kinds_of_leaves(body).values():
        most = longest(path)
        if most is not None:
            outcome = delivered(with_value(body, path, "é" * most))
            assert outcome.outcome == "recorded", (path, most, outcome.problem)
            tried += 1
    assert tried > 20


@pytest.mark.parametrize("depth", [30, 41, 300, 900, 5_000, 9_000, 200_000])
@pytest.mark.parametrize("where", ["in front", "within"])
def test_no_depth_is_a_fault(depth: int, where: str) -> None:
    """A1: given a document nested ever deeper, beside its format or within its people, then it is refused by name."""
    nest = b"[" * depth + b"]" * depth
    raw = b'{"a": %b}' % nest if where == "in front" else changed("alex", "people", [7]).replace(b"[7]", nest)
    refused = delivered(raw).problem
    assert refused is not None
    assert refused.code == ("not-json" if depth > 40 else "unknown-format" if where == "in front" else "wrong-shape")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "not-json"),
        (b"null", "not-an-object"),
        (b"{} {}", "not-json"),
        (b"\xef\xbb\xbf", "not-json"),
        (b'{"format": 1e400}', "unknown-format"),
        (b'{"format": ' + b"9" * 5_000 + b"}", "not-json"),
        (b'{"format": "\\ud800"}', "unreadable-character"),
        (b'{"\\u0000": 1}', "unreadable-character"),
        ('{"format": "daras-referral/1"}'.encode("utf-16"), "not-utf-8"),
        (b'"' + b"x" * MOST_BYTES + b'"', "too-large"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_no_bytes_are_a_fault(raw: bytes, code: str) -> None:
    """A1: given bytes that are no document, numbers too large to hold and characters that are none, then each is
    refused by name."""
    refused = delivered(raw).problem
    assert refused is not None
    assert refused.code == code


def test_a_mark_in_front_of_the_text_is_no_part_of_it() -> None:
    """A1: given a file as an office program saves it, with a byte order mark, then it is the same document."""
    assert receive(encoded(referral("alex"))).outcome == "recorded"
    assert receive(b"\xef\xbb\xbf" + encoded(referral("alex"))).outcome == "duplicate"


def test_no_shape_is_a_fault() -> None:
    """A1: given any field of the document with a value of another kind, then it is recorded or refused by that
    field."""
    body = full()
    for name in body:
        for value in ODD_VALUES:
            refused = delivered(json.dumps(body | {name: value}).encode()).problem
            assert refused is None or refused.pointer == "" or refused.pointer.startswith("/"), (name, value)
