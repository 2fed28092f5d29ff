"""A meeting of agencies: who is asked and why, who came, what each holds and thinks, what was agreed (B2 to B7, C4).

Every row is a fact with its own audience: a school reads its own layer of the record, never the police's. See
docs/decisions/0014-meetings.md.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from daras.access.models import Worker
from daras.access.narrative import Narrative
from daras.ledger.models import Detail


class MeetingCalled(Detail):
    """A manager convened a meeting on a matter; from now those invited may be told (B1). Whoever is asked anything
    of it sees this row, and it says no more than when and how. Why it was convened is in the manager's decision
    on the matter, for those who take part."""

    kind: ClassVar[str] = "discussion-convened"

    reference = models.CharField(max_length=16, unique=True)
    meeting_kind = models.SlugField(max_length=40, default="strategy-discussion")
    planned_at = models.DateTimeField()
    mode = models.CharField(max_length=20)  # in-person, hospital, phone, video
    decisions_audience_id = models.BigIntegerField()  # the circle, and every team that contributes
    record_audience_id = models.BigIntegerField()  # the front door by day, and every team that takes part


class MeetingDetail(Detail):
    """A fact of one meeting."""

    meeting = models.ForeignKey(MeetingCalled, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class AgencyInvited(MeetingDetail):
    """A team is asked to take part, or to contribute what it holds without being told the rest (B3)."""

    kind: ClassVar[str] = "agency-invited"

    agency = models.SlugField(max_length=80)
    team = models.SlugField(max_length=80, blank=True)
    part = models.CharField(max_length=12, default="takes-part")  # takes-part, contributes
    quorum_part = models.CharField(max_length=20, blank=True)  # social-care, police, health
    mode = models.CharField(max_length=20, blank=True)  # where it is another than the meeting's
    because = models.TextField()


class AgencyLeftOut(MeetingDetail):
    """A team that the rules would invite is not asked now, and why; for the front door alone (B3)."""

    kind: ClassVar[str] = "agency-left-out"

    agency = models.SlugField(max_length=80)
    team = models.SlugField(max_length=80, blank=True)
    why = models.TextField()


class InvitationAnswered(MeetingDetail):
    """What a team answered, or that it could not be reached (B3)."""

    kind: ClassVar[str] = "invitation-answered"

    invited = models.ForeignKey(AgencyInvited, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=20)  # coming, apologies, in-writing, not-reached
    note = models.TextField(blank=True)


class PresenceNoted(MeetingDetail):
    """Somebody is on the call, for an agency; a later fact may say that they joined late (B3)."""

    kind: ClassVar[str] = "presence-noted"

    agency = models.SlugField(max_length=80)
    team = models.SlugField(max_length=80, blank=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=100, blank=True)
    mode = models.CharField(max_length=20)
    joined_at = models.DateTimeField()


class Contributed(MeetingDetail):
    """What an agency holds or thinks; fact and opinion are kept apart (B4)."""

    kind: ClassVar[str] = "contributed"

    restricted = models.BooleanField(default=False)  # for named teams only

    agency = models.SlugField(max_length=80)
    text = Narrative(sealed_where=("restricted", True))
    is_opinion = models.BooleanField(default=False)

    @property
    def said_as_opinion(self) -> bool:
        """As whoever contributed it said."""
        return self.is_opinion


class PersonConsidered(MeetingDetail):
    """A connected person is in scope with an owner and a safety outcome, or not, and why (B2)."""

    kind: ClassVar[str] = "connected-person-decided"

    in_scope = models.BooleanField()
    owner_agency = models.SlugField(max_length=80, blank=True)
    owner_team = models.SlugField(max_length=80, blank=True)
    safety_outcome = models.TextField(blank=True)
    why_not = models.TextField(blank=True)
    as_block = models.BooleanField(default=False)  # reviewed together with others who are not in scope


class EnquiryDecided(MeetingDetail):
    """A single-agency or joint enquiry, with the rationale. Section 47 is the local authority's decision, the
    criminal investigation the police's: neither waits for the other (B5)."""

    kind: ClassVar[str] = "enquiry-decided"

    enquiry = models.CharField(max_length=20)  # joint, social-care, police, none
    rationale = models.TextField()


class PositionTaken(MeetingDetail):
    """Where an agency stands on the enquiry decision, taken while all are still on the call (B5)."""

    kind: ClassVar[str] = "position-taken"

    decision = models.ForeignKey(EnquiryDecided, on_delete=models.PROTECT, related_name="+")
    agency = models.SlugField(max_length=80)
    position = models.CharField(max_length=12)  # agrees, challenges
    reason = models.TextField(blank=True)


class MedicalDecided(MeetingDetail):
    """Whether a child is examined, and how; decided by a health professional, with whose consent (B6)."""

    kind: ClassVar[str] = "medical-decided"

    medical = models.CharField(max_length=20)  # forensic, non-forensic, none
    reason = models.TextField()
    consent_by = models.CharField(max_length=200, blank=True)
    consent_basis = models.SlugField(max_length=40, blank=True)  # parental-responsibility, competent-child, court
    consent_evidence = models.CharField(max_length=200, blank=True)  # what was seen or heard of it (G5)
    referred_to = models.CharField(max_length=200, blank=True)
    decided_by_role = models.CharField(max_length=100)


class MedicalReported(MeetingDetail):
    """What came of an examination: whether the child attended, by whom it was done, what follows. Nothing clinical
    beyond what others need to know (B6)."""

    kind: ClassVar[str] = "medical-reported"

    decision = models.ForeignKey(MedicalDecided, on_delete=models.PROTECT, related_name="+")
    attended = models.BooleanField()
    on_day = models.DateField()
    by_whom = models.CharField(max_length=200)
    follows = models.TextField()


class AccountPlanned(MeetingDetail):
    """Who asks the child, where, and how the child is understood: planned before anybody asks again (B6)."""

    kind: ClassVar[str] = "account-planned"

    who_asks = models.CharField(max_length=200)
    where_and_when = models.CharField(max_length=200)
    communication_needs = models.TextField()
    intermediary = models.CharField(max_length=20)  # asked-for, needed, not-needed
    intermediary_note = models.CharField(max_length=200, blank=True)


class AdviceRecorded(MeetingDetail):
    """What a designated professional advised, and whether it was followed; if not, why (B3)."""

    kind: ClassVar[str] = "advice-recorded"

    agency = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=100)
    advice = models.TextField()
    followed = models.CharField(max_length=12)  # yes, no, not-yet
    why_not = models.TextField(blank=True)


class WishesWeighed(MeetingDetail):
    """A child's wish in the child's words, what is in the child's best interests, who was asked, when it is looked
    at again.

    Silence, or taking it back, closes nothing (C4).
    """

    kind: ClassVar[str] = "wishes-weighed"

    wish = models.TextField()
    best_interests = models.TextField()
    consulted = models.TextField()
    review_on = models.DateField()
    trusted_adult = models.CharField(max_length=200, blank=True)
    next_contact = models.CharField(max_length=200, blank=True)
    next_contact_at = models.DateTimeField(null=True, blank=True)


class ChildContacted(MeetingDetail):
    """Somebody was in touch with the child again, as promised (C4)."""

    kind: ClassVar[str] = "child-contacted"

    weighed = models.ForeignKey(WishesWeighed, on_delete=models.PROTECT, related_name="+")
    by_whom = models.CharField(max_length=200)
    at = models.DateTimeField()
    note = models.TextField(blank=True)


class ParentsInformed(MeetingDetail):
    """What parents are told, by whom, when; or why not yet (A4, B4)."""

    kind: ClassVar[str] = "parents-informed"

    what = models.TextField(blank=True)
    by_whom = models.CharField(max_length=200, blank=True)
    when_at = models.DateTimeField(null=True, blank=True)
    why_not_yet = models.TextField(blank=True)


class ActionAgreed(MeetingDetail):
    """What somebody will do by when; it goes out as it is agreed, before the record closes (B4, B7)."""

    kind: ClassVar[str] = "action-agreed"

    what = models.TextField()
    owner_agency = models.SlugField(max_length=80)
    owner_team = models.SlugField(max_length=80, blank=True)
    owner_name = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField()
    hidden_from_online_access = models.BooleanField(default=False)


class ActionMoved(MeetingDetail):
    """Progress on an action, seen by all who may see the action (B7)."""

    kind: ClassVar[str] = "action-moved"

    action = models.ForeignKey(ActionAgreed, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12)  # acknowledged, under-way, done, cannot
    note = models.TextField(blank=True)


class SectionRecorded(MeetingDetail):
    """A section of the record in its words: decisions, minutes, restricted, family, and why an interim discussion
    could not wait. A later one supersedes it (B4)."""

    kind: ClassVar[str] = "section-recorded"

    section = models.CharField(max_length=12)
    text = Narrative(sealed_where=("section", "restricted"))


class RecordClosed(MeetingDetail):
    """The record was closed: whether all who must be there were, and if not, by when the rest join (B3)."""

    kind: ClassVar[str] = "record-closed"

    quorate = models.BooleanField()
    missing_parts = models.CharField(max_length=100, blank=True)
    rest_joins_by = models.DateTimeField(null=True, blank=True)


class RecordFiled(MeetingDetail):
    """An agency filed the record in its own system. Reading alone is not enough (B4)."""

    kind: ClassVar[str] = "record-filed"

    agency = models.SlugField(max_length=80)
    system = models.CharField(max_length=100)
    filed_on = models.DateField()


class FeedbackGiven(MeetingDetail):
    """What was decided, whether the risk is lower now, and what remains: for everybody who was consulted (A8)."""

    kind: ClassVar[str] = "discussion-feedback"

    decided = models.TextField()
    risk_lower = models.CharField(max_length=8)  # yes, no, not-yet
    remains = models.TextField(blank=True)


class FeedbackAcknowledged(MeetingDetail):
    """An agency has read what was decided (A8). One that disagrees challenges it instead."""

    kind: ClassVar[str] = "feedback-acknowledged"

    feedback = models.ForeignKey(FeedbackGiven, on_delete=models.PROTECT, related_name="+")
    agency = models.SlugField(max_length=80)


class DiscussionAskedFor(Detail):
    """An agency asks the authority's manager for a discussion, and why; nobody else is told (B1)."""

    kind: ClassVar[str] = "discussion-asked-for"

    known_as = models.CharField(max_length=16)  # the reference by which whoever asks knows the matter
    agency = models.SlugField(max_length=80)
    team = models.SlugField(max_length=80, blank=True)
    reason = models.TextField()


class DiscussionDeclined(Detail):
    """The manager does not convene what an agency asked for, and why; the agency reads it (B1)."""

    kind: ClassVar[str] = "discussion-declined"

    asked = models.ForeignKey(DiscussionAskedFor, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()


class ConflictKept(Detail):
    """Somebody of an agency is not asked, for a conflict of interest, and who is asked instead; why stays at the
    front door (B3, A17)."""

    kind: ClassVar[str] = "conflict-of-interest"

    agency = models.SlugField(max_length=80)
    team = models.SlugField(max_length=80, blank=True)
    declared = models.BooleanField(default=False)  # by that worker; else found or said by the front door
    reason = models.TextField()
    instead = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, related_name="+")


class IdentityAsked(Detail):
    """A health agency is asked which child is meant, from little: the manager's decision, for it tells them (B3)."""

    kind: ClassVar[str] = "identity-asked"

    reference = models.CharField(max_length=16, unique=True)
    agency = models.SlugField(max_length=80)
    team = models.SlugField(max_length=80, blank=True)
    known = models.TextField()  # fragments of a name
    school = models.CharField(max_length=200, blank=True)
    age_about = models.CharField(max_length=60, blank=True)
    why = models.TextField()


class IdentityAnswered(Detail):
    """Which child it is as far as that agency knows, or that it is none of theirs."""

    kind: ClassVar[str] = "identity-answered"

    asked = models.ForeignKey(IdentityAsked, on_delete=models.PROTECT, related_name="+")
    is_known = models.BooleanField()
    name = models.CharField(max_length=200, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    nhs_number = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)
