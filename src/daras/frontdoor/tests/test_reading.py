"""A document is read whole, or refused with the field that is wrong and how to mend it (A1, A3)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from daras.agencies import load_directory
from daras.frontdoor.document import ReferralDocument
from daras.frontdoor.reading import canonical_digest, load, read
from daras.frontdoor.tests.documents import MORNING, NAMES, changed, encoded, referral
from daras.ledger.refusal import Refused


def refusal(raw: bytes) -> Refused:
    with pytest.raises(Refused) as refused:
        read(raw, load_directory(), MORNING)
    return refused.value


@pytest.mark.parametrize("name", NAMES)
def test_every_example_is_accepted_as_it_is(name: str) -> None:
    """A1: given a referral file from a partner, when it is read, then nothing in it is refused or lost."""
    document = read(encoded(referral(name)), load_directory(), MORNING)
    assert [person.ref for person in document.people] == [person["ref"] for person in referral(name)["people"]]
    assert document.body == referral(name)


@pytest.mark.parametrize("kind", ["referral", "vist", "notice"])
def test_news_is_of_three_kinds(kind: str) -> None:
    """A1: given a referral, a ViST or a notice, then it is accepted as what it is."""
    assert read(changed("alex", "kind", kind), load_directory(), MORNING).kind == kind


def test_a_person_may_pose_a_risk_or_work_with_children() -> None:
    """E1, A17: given a man who poses a risk and one who coaches children, then what it rests on, and the work, are kept
    as they were told."""
    risk = next(person.poses_risk for person in read_example("mark").people if person.poses_risk)
    assert (risk.status, risk.basis, risk.release_on) == ("registered-sex-offender", "convicted", date(2026, 12, 14))
    coach = next(person for person in read_example("no-known-child").people if person.works_with_children)
    assert coach.works_with_children == "volunteer football coach"


def read_example(name: str) -> ReferralDocument:
    return read(encoded(referral(name)), load_directory(), MORNING)


def test_a_month_is_a_range_and_may_have_begun() -> None:
    """A1: given "2026-11" in the middle of November, then it is the whole month, and no future date."""
    document = read(encoded(referral("alex")), load_directory(), MORNING)
    occurred = document.concerns[0].occurred
    assert occurred is not None
    assert occurred.first == datetime(2026, 11, 1, tzinfo=UTC)
    assert occurred.last.date() == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("raw", "code", "pointer"),
    [
        (b"{", "not-json", ""),
        (b"[1, 2]", "not-an-object", ""),
        (b"\xff\xfe", "not-utf-8", ""),
        (b'{"format": NaN}', "not-json", ""),
        (b'{"format": "a", "format": "b"}', "not-json", ""),
        (b"[" * 100_000, "not-json", ""),
        (b" " * 10_000_000, "too-large", ""),
        (changed("alex", "format", "daras-referral/9"), "unknown-format", "/format"),
        (changed("alex", "kind", "rumour"), "wrong-shape", "/kind"),
        (changed("alex", "people", []), "wrong-shape", "/people"),
        (changed("mark", "people/2/poses_risk/basis", None), "wrong-shape", "/people/2/poses_risk"),
        (changed("mark", "people/2/poses_risk/basis", "heard"), "wrong-shape", "/people/2/poses_risk/basis"),
        (changed("alex", "surprise", 1), "wrong-shape", ""),
        (changed("alex", "people/0/given_name", "A\x00"), "unreadable-character", "/people/0/given_name"),
        (changed("alex", "sent_at", "2027-01-01T00:00:00Z"), "sent-in-the-future", "/sent_at"),
        (changed("alex", "sent_at", "2026-13-01T00:00:00Z"), "no-such-date", "/sent_at"),
        (changed("alex", "people/0/date_of_birth", "2027-03-01"), "born-in-the-future", "/people/0/date_of_birth"),
        (changed("alex", "people/0/date_of_birth", "2015-02-30"), "no-such-date", "/people/0/date_of_birth"),
        (changed("alex", "people/0/date_of_birth", "1215-06-15"), "born-too-long-ago", "/people/0/date_of_birth"),
        (changed("alex", "concerns/0/occurred_at", "2026-12"), "occurred-in-the-future", "/concerns/0/occurred_at"),
        (changed("alex", "from/agency", "nobody-at-all"), "unknown-agency", "/from/agency"),
        (changed("alex", "from/team", "nobody-at-all"), "unknown-team", "/from/team"),
        (changed("alex", "from/agency", "nhs-kernow"), "agency-not-current", "/from/agency"),
        (changed("alex", "people/1/ref", "alex"), "ref-twice", "/people/1/ref"),
        (changed("alex", "relationships/0/to", "stranger"), "unknown-person", "/relationships/0/to"),
        (changed("alex", "relationships/0/to", "alex-mother"), "related-to-self", "/relationships/0"),
        (changed("alex", "concerns/0/about", ["stranger"]), "unknown-person", "/concerns/0/about/0"),
        (changed("alex", "concerns/0/suspected", ["stranger"]), "unknown-person", "/concerns/0/suspected/0"),
    ],
)
def test_bad_input_is_refused_by_name(raw: bytes, code: str, pointer: str) -> None:
    """A1: given a document with one thing wrong, then the refusal names it, where it is, and how to mend it."""
    refused = refusal(raw)
    assert (refused.code, refused.pointer) == (code, pointer)
    assert refused.detail
    assert refused.remedy


@pytest.mark.parametrize("number", ["0000000000", "9999999999", "1111111111", "9000001081", "12", "nine hundred"])
def test_an_impossible_nhs_number_is_refused(number: str) -> None:
    """A5: given a number that can be nobody's, then it is refused before it can join two people."""
    refused = refusal(changed("alex", "people/0/identifiers/0/value", number))
    assert (refused.code, refused.pointer) == ("impossible-identifier", "/people/0/identifiers/0/value")


@pytest.mark.parametrize("name", ["", "  ", "123", "?!"])
def test_a_person_needs_some_name(name: str) -> None:
    """A1: given a person without any name, then the document is refused."""
    raw = json.loads(changed("alex", "people/4/given_name", name))
    raw["people"][4]["family_name"] = name
    assert refusal(encoded(raw)).code == "no-name"


def test_an_unborn_child_needs_no_name_and_may_be_expected() -> None:
    """F11: given an unborn child with a date in the future, then the document is accepted."""
    raw = referral("mark")
    raw["people"].append({"ref": "baby", "role": "unborn", "expected_birth_on": "2027-04-01", "sex": "U"})
    document = read(encoded(raw), load_directory(), MORNING)
    assert document.person("baby").expected_birth_on == date(2027, 4, 1)
    assert document.person("baby").name == "Unborn child"


@pytest.mark.parametrize(
    "words", ["N/A", "n.a.", "Not applicable", "not applicable.", "none", "NONE", "nil", "-", "na"]
)
@pytest.mark.parametrize("where", ["text", "not_obtained_because"])
def test_a_voice_that_is_no_voice_is_refused(words: str, where: str) -> None:
    """A3: given "not applicable" for the voice of the child, then the document is refused until there is a reason."""
    refused = refusal(changed("mark", "voice_of_child/mark", {where: words}))
    assert refused.code == "voice-without-reason"
    assert refused.pointer.startswith("/voice_of_child/mark")


def test_the_same_news_written_otherwise_is_the_same_document() -> None:
    """A1: given the same JSON with other spaces and key order, then its digest is the same."""
    document = referral("alex")
    shuffled = json.dumps(dict(reversed(document.items())), indent=4).encode()
    assert canonical_digest(load(shuffled)) == canonical_digest(document)
    assert canonical_digest(load(changed("alex", "hoped_for", "Other."))) != canonical_digest(document)
