"""What came to a discussion after its record was first closed."""

from __future__ import annotations

from collections.abc import Iterator

from daras.design.parts import Event
from daras.meetings.queries import Discussion
from daras.pages import wording
from daras.working_time import wording as time_wording

#: What each kind of fact is called where it came after the record was closed.
_TITLES = {
    "presence-noted": "Somebody joined",
    "contributed": "Something was added",
    "enquiry-decided": "The enquiry was decided on again",
    "position-taken": "A position was taken",
    "challenge-answered": "A challenge was answered",
    "medical-decided": "A medical was decided on",
    "action-agreed": "An action was agreed",
    "action-moved": "An action moved",
    "section-recorded": "A section was written",
    "record-closed": "The record was closed again",
    "record-filed": "The record was filed",
    "agency-invited": "Somebody was asked",
    "connected-person-decided": "Somebody connected was decided on",
    "medical-reported": "What came of a medical was recorded",
    "account-planned": "It was planned how the child is asked",
    "advice-recorded": "Advice was added",
    "child-contacted": "The child was contacted",
    "discussion-feedback": "Everybody consulted was told what was decided",
    "feedback-acknowledged": "An agency has read what was decided",
    "decision-challenged": "A decision was challenged",
}


def since(found: Discussion) -> Iterator[Event]:
    """Each fact that came later, by whom and when, in the order of recording."""
    if not found.closings:
        return
    first = found.closings[0]
    for each in found.everything():
        if (each.pk or 0) > (first.pk or 0):
            at = each.fact.recorded_at
            yield Event(
                title=_TITLES.get(each.kind, wording.capital(wording.from_slug(each.kind))),
                at=time_wording.long_datetime(at),
                at_machine=at.isoformat(),
                by=wording.agency(each.fact.agency),
            )
