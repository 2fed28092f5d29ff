"""Who was named that is protected: found after the fact and by itself, so that nobody's answer or time tells (G4, A5).

Receiving news sees nobody protected at all: it does the same work whether somebody is or there is nobody. Once a minute
this looks from each protected person for records that are not protected and may be theirs, and tells the custodian.
"""

from __future__ import annotations

from collections.abc import Iterable

from daras.access.policies import PROTECTED_SCOPE
from daras.access.session import custody
from daras.custodians.models import Protected, ProtectedNamed
from daras.custodians.reviewing import open_review
from daras.ledger.commands import Entry, append
from daras.matching.features import PersonFeatures
from daras.matching.queries import Candidate, decide_for_all
from daras.matching.reading import features_of_records
from daras.matters.commands import lock
from daras.matters.models import Matter
from daras.people.models import PersonRecord

AUTHOR = "service:custody"
NAMED = "protected-named"


def notice_named() -> int:
    """Tell custodians of everybody named since who may be theirs; returns how many. Safe to run twice."""
    told = 0
    with custody():
        standing = list(Protected.objects.select_related("fact").filter(ending__isnull=True).order_by("pk"))
        for protected in standing:
            told += _notice(protected)
    return told


def _notice(protected: Protected) -> int:
    matter = Matter.objects.get(pk=protected.fact.matter_id)
    recording = lock([matter.pk], agency=protected.custodian_agency, author=AUTHOR)
    known = ProtectedNamed.objects.filter(protected=protected).values_list("named_record_id", flat=True)
    told = set(known)
    features = {record: said for record, (said, _) in features_of_records(protected.record_ids).items()}
    matches = decide_for_all(features, leaving_out={*protected.record_ids, *told})
    new: dict[int, Candidate] = {}
    for match in matches.values():
        for candidate in match.candidates:
            new.setdefault(candidate.record_id, candidate)
    if protected.protection == Protected.Protection.ADOPTION:
        new = _numbers_known(new, features.values())
    open_records = {
        each.pk: each for each in PersonRecord.objects.filter(pk__in=new, audience_id__lt=PROTECTED_SCOPE << 32)
    }
    for record_id, record in sorted(open_records.items()):
        candidate = new[record_id]
        detail = ProtectedNamed(
            protected=protected,
            named_record_id=record_id,
            by_agency=record.agency,
            probability=candidate.probability,
            why=list(candidate.why),
        )
        (fact,) = append(
            recording,
            [Entry(detail, protected.audience_id, person_record_id=protected.record_ids[0], matter_id=matter.pk)],
        )
        open_review(
            recording,
            matter,
            fact,
            kind=NAMED,
            agency=protected.custodian_agency,
            audience_id=protected.audience_id,
            about=(protected.record_ids[0],),
        )
    return len(open_records)


def _numbers_known(found: dict[int, Candidate], protected: Iterable[PersonFeatures]) -> dict[int, Candidate]:
    """An adopted child's two identities are never compared by what they share: only who writes a number of the
    protected one knows it (A5)."""
    numbers = {number for each in protected for number in _numbers(each)}
    said = features_of_records(found)
    return {record: each for record, each in found.items() if numbers & _numbers(said[record][0])}


def _numbers(features: PersonFeatures) -> set[str]:
    return {*features.identifiers, *([features.nhs_number] if features.nhs_number else [])}
