"""From the people a document names to person records and facts of the sending agency (A1, G5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from daras.frontdoor.document import Address, PersonNamed, ReferralDocument
from daras.ledger.commands import Entry
from daras.matching.features import Home, PersonFeatures, describe, home
from daras.people.models import (
    AddressStay,
    BirthKnown,
    DisabilityKnown,
    IdentifierKnown,
    InvolvementKnown,
    NameKnown,
    NameWithheld,
    ParentalResponsibilityKnown,
    PersonInMatter,
    PosesRiskKnown,
    RelationshipKnown,
    WorksWithChildrenKnown,
)

#: A mother always has parental responsibility (Children Act 1989, section 2). A father may: nothing is assumed of
#: him.
MOTHER = "mother"


def features(person: PersonNamed, told_on: date) -> PersonFeatures:
    """What matching may look at of a person named in what came on a day."""
    places = [place for place in (person.address, *person.previous_addresses) if place]
    return describe(
        given_name=person.given_name,
        middle_names=person.middle_names,
        family_name=person.family_name,
        other_given_names=[name.split()[0] for name in person.also_known_as if name.split()],
        other_family_names=[*person.previous_family_names, *(n.split()[-1] for n in person.also_known_as if " " in n)],
        date_of_birth=person.date_of_birth,
        expected_birth=person.expected_birth_on,
        sex=person.sex,
        other_identifiers=person.identifiers,
        homes=[_home(place) for place in places],
        unborn=person.role == "unborn",
        role=person.role,
        told_on=told_on,
    )


def _home(place: Address) -> Home:
    return home(lines=place.lines, town=place.town, postcode=place.postcode, shared=place.many_households)


def place_key(place: Address) -> str:
    """The key under which equal addresses meet, however they are written."""
    return _home(place).key or place.text.casefold()


def facts_of_person(
    person: PersonNamed, record_id: int, matter_id: int | None, audience_id: int, hub_audience_id: int
) -> Iterator[Entry]:
    """The facts a document states of one person, on a matter or (an agency's own list of people) on none.

    What names somebody who asked to stay unnamed is for the hub only (A8).
    """
    audience = hub_audience_id if person.anonymous_to_others else audience_id

    def entry(detail: object, to: int = audience) -> Entry:
        return Entry(detail, to, person_record_id=record_id, matter_id=matter_id)  # type: ignore[arg-type]

    for use, given, family in _names(person):
        middle = person.middle_names if use == "current" else ""
        yield entry(NameKnown(use=use, given_name=given, middle_names=middle, family_name=family))
    yield entry(
        BirthKnown(
            date_of_birth=person.date_of_birth, expected_on=person.expected_birth_on, role=person.role, sex=person.sex
        )
    )
    for system, value in person.identifiers:
        yield entry(IdentifierKnown(system=system, value="".join(value.split())))
    yield from map(entry, _stays(person))
    if person.disabilities:
        yield entry(DisabilityKnown(codes=list(person.disabilities)))
    for each in person.involvements:
        yield entry(
            InvolvementKnown(
                agency=each.agency, team=each.team or "", involvement=each.kind, since=each.since, until=each.until
            )
        )
    yield from map(entry, _risks(person))
    if person.anonymous_to_others:
        yield entry(NameWithheld(), hub_audience_id)


def _names(person: PersonNamed) -> Iterator[tuple[str, str, str]]:
    if person.given_name or person.family_name:
        yield "current", person.given_name, person.family_name
    for family in person.previous_family_names:
        yield "previous", person.given_name, family
    for alias in person.also_known_as:
        given, _, family = alias.partition(" ")
        yield "alias", given, family


def _stays(person: PersonNamed) -> Iterator[AddressStay]:
    for place, use in _places(person):
        yield AddressStay(
            use=use,
            lines=list(place.lines),
            town=place.town,
            postcode=place.postcode,
            place_key=place_key(place)[:120],
            many_households=place.many_households,
            since=place.since,
            until=place.until,
        )


def _places(person: PersonNamed) -> Iterator[tuple[Address, str]]:
    if person.address:
        yield person.address, "lives"
    for former in person.previous_addresses:
        yield former, "lived"
    if person.poses_risk and person.poses_risk.proposed_address:
        yield person.poses_risk.proposed_address, "proposed"


def _risks(person: PersonNamed) -> Iterator[PosesRiskKnown | WorksWithChildrenKnown]:
    if person.poses_risk:
        risk = person.poses_risk
        yield PosesRiskKnown(
            status=risk.status,
            basis=risk.basis,
            in_custody=risk.in_custody,
            release_on=risk.release_on,
            known_by=list(risk.known_by),
        )
    if person.works_with_children:
        yield WorksWithChildrenKnown(description=person.works_with_children)


def facts_between_people(
    document: ReferralDocument, records: Mapping[str, int], matter_id: int | None, audience_of: Mapping[str, int]
) -> Iterator[Entry]:
    """Relationships, the parental responsibility they imply in law, and what each person is in the matter (G5,
    J2)."""
    roles = {person.ref: person.role for person in document.people}
    for tie in document.relationships:
        audience = max(audience_of[tie.start], audience_of[tie.end], key=lambda each: each & 0xFFFFFFFF == 0)
        start, end = records[tie.start], records[tie.end]
        detail = RelationshipKnown(other_record_id=end, relation=tie.relation, since=tie.since, until=tie.until)
        yield Entry(detail, audience, person_record_id=start, matter_id=matter_id)
        if tie.relation == MOTHER and roles[tie.end] == "child":
            held = ParentalResponsibilityKnown(child_record_id=end, ground=MOTHER)
            yield Entry(held, audience, person_record_id=start, matter_id=matter_id)
    for part, ref in _parts(document):
        yield Entry(
            PersonInMatter(part=part, ref=ref), audience_of[ref], person_record_id=records[ref], matter_id=matter_id
        )


def _parts(document: ReferralDocument) -> Iterator[tuple[str, str]]:
    about = dict.fromkeys(ref for concern in document.concerns for ref in concern.about)
    suspected = dict.fromkeys(ref for concern in document.concerns for ref in concern.suspected)
    for ref in about:
        yield "subject", ref
    for ref in suspected:
        yield "suspect", ref
    for person in document.people:
        if person.ref not in about and person.ref not in suspected:
            yield "named", person.ref
