"""What a document of the right shape may still have wrong, each refused by name (A1, A3; design: bad input)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from stdnum.exceptions import ValidationError
from stdnum.gb import nhs, upn

from daras.agencies import AgencyNotCurrent, Directory, UnknownAgency, UnknownTeam
from daras.frontdoor.document import Address, InvolvementNamed, PersonNamed, ReferralDocument, RelationshipNamed
from daras.ledger.refusal import Refused, pointer
from daras.practice import voice_placeholders
from daras.working_time import clock

#: The clocks of two systems differ by this much at the most; later than that is the future.
CLOCK_SKEW = timedelta(minutes=5)
EARLIEST_BIRTH = date(1880, 1, 1)
#: No day of a document is earlier, and none later: beyond them is a slip of the hand, and no clock can be counted.
EARLIEST_DAY, LATEST_DAY = EARLIEST_BIRTH, date(2199, 12, 31)


def check(document: ReferralDocument, directory: Directory, now: datetime) -> None:
    """Raise the first `Refused` there is, in the order a sender would mend them."""
    _sent(document, now)
    _agencies(document, directory, now)
    _refs(document)
    for index, person in enumerate(document.people):
        _person(person, pointer("people", index), now)
    _within_reach(document)
    _times(document, now)
    _voices(document, now)


def _sent(document: ReferralDocument, now: datetime) -> None:
    if document.sent_at > now + CLOCK_SKEW:
        raise Refused(
            "sent-in-the-future",
            "/sent_at",
            "The document says it is sent later than now.",
            "Check the sender's clock.",
        )


def _agencies(document: ReferralDocument, directory: Directory, now: datetime) -> None:
    on = clock.local_date(now)
    for agency, team, at in _agencies_named(document):
        try:
            found = directory.agency(agency, on=on)
        except AgencyNotCurrent as error:
            names = ", ".join(f"{other.id!r}" for other in error.instead) or "an agency of the directory"
            raise Refused("agency-not-current", at, str(error), f"Write {names}.") from None
        except UnknownAgency as error:
            raise Refused("unknown-agency", at, str(error), "Write the agency's id from the directory.") from None
        if team:
            try:
                found.team(team)
            except UnknownTeam as error:
                place = at.removesuffix("/agency") + "/team"
                raise Refused("unknown-team", place, str(error), "Write one of them, or leave the team out.") from None


def _agencies_named(document: ReferralDocument) -> Iterator[tuple[str, str | None, str]]:
    yield document.sender.agency, document.sender.team, "/from/agency"
    to = document.body.get("to")
    if isinstance(to, dict):
        yield to["agency"], to.get("team"), "/to/agency"
    for index, person in enumerate(document.people):
        for place, involvement in enumerate(person.involvements):
            if involvement.until is None:
                yield involvement.agency, involvement.team, pointer("people", index, "involvements", place, "agency")
        for place, agency in enumerate(person.poses_risk.known_by if person.poses_risk else ()):
            yield agency, None, pointer("people", index, "poses_risk", "known_by", place)


def _refs(document: ReferralDocument) -> None:
    refs: set[str] = set()
    for index, person in enumerate(document.people):
        if person.ref in refs:
            at = pointer("people", index, "ref")
            raise Refused("ref-twice", at, f"Two people have the ref {person.ref!r}.", "Give each a ref of their own.")
        refs.add(person.ref)
    for ref, at in _refs_named(document):
        if ref not in refs:
            raise Refused(
                "unknown-person",
                at,
                f"{ref!r} is nobody in this document.",
                "Name one of the people, or add the person.",
            )
    for index, tie in enumerate(document.relationships):
        if tie.start == tie.end:
            at = pointer("relationships", index)
            raise Refused("related-to-self", at, f"{tie.start!r} is related to nobody else here.", "Name two people.")


def _refs_named(document: ReferralDocument) -> Iterator[tuple[str, str]]:
    for index, tie in enumerate(document.relationships):
        yield tie.start, pointer("relationships", index, "from")
        yield tie.end, pointer("relationships", index, "to")
    for index, concern in enumerate(document.concerns):
        for place, ref in enumerate(concern.about):
            yield ref, pointer("concerns", index, "about", place)
        for place, ref in enumerate(concern.suspected):
            yield ref, pointer("concerns", index, "suspected", place)
    for ref in document.voices:
        yield ref, pointer("voice_of_child", ref)
    for ref in document.safe_now:
        yield ref, pointer("safe_now", ref)
    if document.family.agreement_by:
        yield document.family.agreement_by, "/involvement/agreement/by"


def _has_letters(text: str) -> bool:
    return any(unicodedata.category(letter).startswith("L") for letter in text)


def _person(person: PersonNamed, at: str, now: datetime) -> None:
    named = person.given_name + person.family_name + "".join(person.also_known_as)
    if person.role != "unborn" and not _has_letters(named):
        raise Refused(
            "no-name", at, "This person has no name at all.", "Write what they are called, even one name or a nickname."
        )
    today = clock.local_date(now)
    if person.date_of_birth and person.date_of_birth > today:
        raise Refused(
            "born-in-the-future",
            at + "/date_of_birth",
            f"{person.date_of_birth} is in the future.",
            "Check the date; for an unborn child write expected_birth_on.",
        )
    if person.date_of_birth and person.date_of_birth < EARLIEST_BIRTH:
        raise Refused("born-too-long-ago", at + "/date_of_birth", "Nobody alive was born then.", "Check the year.")
    for index, (system, value) in enumerate(person.identifiers):
        _identifier(system, value, f"{at}/identifiers/{index}/value")


def _identifier(system: str, value: str, at: str) -> None:
    """NHS numbers and UPNs carry a check digit or letter. One digit ten times over passes it, and is nobody's."""
    try:
        if system == "nhs-number" and len(set(nhs.validate(value))) == 1:
            raise ValidationError
        if system == "upn":
            upn.validate(value)
    except ValidationError:
        raise Refused(
            "impossible-identifier", at, f"{value!r} cannot be a {system}.", "Check it, or leave the identifier out."
        ) from None


def _within_reach(document: ReferralDocument) -> None:
    for on, at in _days_named(document):
        if on is not None and not EARLIEST_DAY <= on <= LATEST_DAY:
            raise Refused(
                "day-out-of-reach", at, f"{on.isoformat()} is no day that a referral tells of.", "Check the year."
            )


def _days_named(document: ReferralDocument) -> Iterator[tuple[date | None, str]]:
    yield document.sent_at.date(), "/sent_at"
    for index, person in enumerate(document.people):
        yield from _days_of(person, pointer("people", index))
    for index, tie in enumerate(document.relationships):
        yield from _span(tie, pointer("relationships", index))
    for index, concern in enumerate(document.concerns):
        if concern.occurred:
            yield concern.occurred.first.date(), pointer("concerns", index, "occurred_at")
            yield concern.occurred.last.date(), pointer("concerns", index, "occurred_at")


def _days_of(person: PersonNamed, at: str) -> Iterator[tuple[date | None, str]]:
    yield person.expected_birth_on, at + "/expected_birth_on"
    if person.address:
        yield from _span(person.address, at + "/address")
    for place, address in enumerate(person.previous_addresses):
        yield from _span(address, f"{at}/previous_addresses/{place}")
    for place, involvement in enumerate(person.involvements):
        yield from _span(involvement, f"{at}/involvements/{place}")
    if person.poses_risk:
        yield person.poses_risk.release_on, at + "/poses_risk/release_on"
        if person.poses_risk.proposed_address:
            yield from _span(person.poses_risk.proposed_address, at + "/poses_risk/proposed_address")


def _span(of: Address | InvolvementNamed | RelationshipNamed, at: str) -> Iterator[tuple[date | None, str]]:
    yield of.since, at + "/since"
    yield of.until, at + "/until"


def _times(document: ReferralDocument, now: datetime) -> None:
    for index, concern in enumerate(document.concerns):
        if concern.occurred and concern.occurred.first > now + CLOCK_SKEW:
            raise Refused(
                "occurred-in-the-future",
                pointer("concerns", index, "occurred_at"),
                "This is said to have happened in the future.",
                "Check the date. What may come belongs into the words of the concern.",
            )


def _voices(document: ReferralDocument, now: datetime) -> None:
    placeholders = voice_placeholders(clock.local_date(now))
    for ref, voice in document.voices.items():
        for name, text in (("text", voice.text), ("not_obtained_because", voice.not_obtained_because)):
            if text and _folded(text) in placeholders:
                raise _no_voice(pointer("voice_of_child", ref, name), text)
        if not voice.text and not voice.not_obtained_because:
            raise _no_voice(pointer("voice_of_child", ref), "")


def _folded(text: str) -> str:
    """Letters and digits only: "N/A", "n.a." and "Not applicable." are what they are however they are written."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _no_voice(at: str, text: str) -> Refused:
    return Refused(
        "voice-without-reason",
        at,
        f"{text!r} is not what a child says." if text else "Nothing is said for this child.",
        "Write the child's own words, or in not_obtained_because why they could not be heard.",
    )
