"""The enquiry: what was decided, what calls for a joint one, where each agency stands, and both views of a challenge
(B5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from daras.access.models import Worker
from daras.challenges.queries import Challenge
from daras.meetings.calling import quorum_part
from daras.meetings.models import EnquiryDecided, PositionTaken
from daras.meetings.queries import Discussion
from daras.pages import wording
from daras.pages.discussion import forms
from daras.pages.discussion.challenged import OUTCOMES, answers_here
from daras.pages.discussion.making import FormMaker
from daras.pages.discussion.shown import ChallengeLine, EnquiryShown
from daras.working_time import wording as time_wording

#: A choice of one agency alone, beside which what calls for a joint enquiry is shown.
SINGLE = frozenset({"social-care", "police"})


class Enquiries:
    """Every decision on the enquiry, for one reader."""

    def __init__(
        self, found: Discussion, worker: Worker, maker: FormMaker, *, in_circle: bool, calls_for_joint: Sequence[str]
    ) -> None:
        self.found, self.worker, self.maker, self.in_circle = found, worker, maker, in_circle
        self.calls_for_joint = tuple(calls_for_joint)

    def lines(self) -> Iterator[EnquiryShown]:
        """The newest decision first; each with every position taken on it."""
        for each in reversed(self.found.enquiries):
            stands = each is self.found.enquiry
            positions = [taken for taken in self.found.positions if taken.decision_id == each.pk]
            ours = any(taken.agency == self.worker.agency for taken in positions)
            yield EnquiryShown(
                decision=dict(forms.ENQUIRIES).get(each.enquiry, each.enquiry),
                rationale=each.rationale,
                at=time_wording.long_datetime(each.fact.recorded_at),
                positions=tuple(self._position(taken) for taken in positions),
                form=self.maker.make("position", each.pk) if stands and not ours and self._speaks(each) else None,
                calls_for_joint=self.calls_for_joint if stands and each.enquiry in SINGLE else (),
                not_heard=self._not_heard(each, positions) if stands else "",
            )

    def _speaks(self, decision: EnquiryDecided) -> bool:
        """An agency takes a position on a decision that it did not write down itself, or that is the front door's."""
        return self.in_circle and decision.fact.author != self.worker.slug

    def _not_heard(self, decision: EnquiryDecided, positions: Sequence[PositionTaken]) -> str:
        """Agencies on the call that have not said where they stand, while they still are (B5)."""
        heard = {taken.agency for taken in positions} | {decision.fact.agency}
        there = [each.agency for each in self.found.presence if quorum_part(each.agency) and each.agency not in heard]
        return wording.listed(wording.agency(agency) for agency in there)

    def _position(self, taken: PositionTaken) -> ChallengeLine:
        challenge = self._challenge(taken)
        return ChallengeLine(
            who=wording.agency(taken.agency),
            challenges=taken.position == "challenges",
            reason=taken.reason,
            answers=tuple(f"{OUTCOMES.get(each.outcome, each.outcome)}: {each.reason}" for each in challenge.answers)
            if challenge
            else (),
            form=self.maker.make("challenge", challenge.challenged.pk)
            if challenge and answers_here(challenge, self.worker)
            else None,
        )

    def _challenge(self, taken: PositionTaken) -> Challenge | None:
        if taken.position != "challenges":
            return None
        made = self.found.challenges.get(taken.decision_id, [])
        later = (each for each in made if (each.challenged.pk or 0) > (taken.pk or 0))
        return next((each for each in later if each.challenged.agency == taken.agency), None)
