"""A discussion as its reader may see it: what is asked of them first, then what was said and agreed (screen 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from django.urls import reverse

from daras.access import policy
from daras.access.models import Worker
from daras.design.parts import Link
from daras.handling.commands import is_graded
from daras.handling.models import ASSESSMENTS, HANDLING, SOURCES
from daras.meetings.after import INTERIM, QUORUM
from daras.meetings.calling import quorum_part
from daras.meetings.models import ActionAgreed, AgencyInvited, PersonConsidered
from daras.meetings.queries import answered, progress
from daras.pages import wording
from daras.pages.discussion import forms
from daras.pages.discussion.afterwards import Afterwards, closing_words
from daras.pages.discussion.challenged import challenge_lines, disagree
from daras.pages.discussion.children import Children, parents
from daras.pages.discussion.enquiries import Enquiries
from daras.pages.discussion.fields import FormShown
from daras.pages.discussion.making import FormMaker
from daras.pages.discussion.queries import Held
from daras.pages.discussion.scope import asked_how, asked_to, reaches_children, scope_known, scope_words
from daras.pages.discussion.shown import (
    ActionLine,
    AskedLine,
    ContributionLine,
    DiscussionPage,
    PersonLine,
    QuorumLine,
    SectionLine,
)
from daras.pages.discussion.since import since
from daras.people.queries import PersonKnown
from daras.working_time import clock
from daras.working_time import wording as time_wording

PARTS = {"social-care": "Social care", "police": "Police", "health": "Health"}
SECTIONS = {
    INTERIM: ("Why it could not wait", "those who take part"),
    "decisions": ("Decisions", "everybody who was asked"),
    "minutes": ("Minutes", "those who take part"),
    "restricted": ("Restricted", "named teams only"),
    "family": ("For the family", "the front door, until it is released"),
}


class Presenter:
    """Puts one page together for one reader."""

    def __init__(self, held: Held, worker: Worker, now: datetime, maker: FormMaker, on_call: list[str]) -> None:
        self.held, self.found, self.worker, self.now, self.maker = held, held.discussion, worker, now, maker
        self.on = clock.local_date(now)
        self.minutes = maker.page == "minutes"
        self.in_circle = held.story is not None
        self.on_call = on_call
        self.decided = self._decided()

    def page(self) -> DiscussionPage:
        """The whole page: its frame, then what was asked before, what is said during, and what stands after."""
        return self._with_after(self._with_children(self._with_during(self._with_before(self._frame()))))

    def _frame(self) -> DiscussionPage:
        called, story = self.found.called, self.held.story
        reference = called.reference
        keeps = policy.may(self.worker, "minute") and self.held.of_record
        writes = policy.may(self.worker, "family-version") and story is not None
        matter = story.matter.reference if story else ""
        return DiscussionPage(
            reference=reference,
            when=time_wording.long_datetime(called.planned_at),
            mode=dict(forms.MODES).get(called.mode, called.mode),
            matter=Link(f"Matter {matter}", reverse("matter", args=[matter])) if matter else None,
            calendar=reverse("discussion_calendar", args=[reference]),
            minutes=reverse("minutes", args=[reference]) if keeps else None,
            family=reverse("family_versions", args=[reference]) if writes else None,
            about=wording.listed(person.name for person in self._as("subject")),
            status=self._status(),
            in_circle=self.in_circle,
            of_record=self.held.of_record,
            forms=dict(self._forms()),
            stand=self.held.stand,
        )

    def _with_before(self, page: DiscussionPage) -> DiscussionPage:
        return replace(
            page,
            asked_of_us=tuple(self._asked(ours=True)),
            asked=tuple(self._asked(ours=None)),
            left_out=tuple((wording.owner(each.agency, each.team), each.why) for each in self.found.left_out),
            quorum=tuple(self._quorum()),
            on_call=wording.listed(self.on_call),
            present=tuple(self._present()),
        )

    def _with_during(self, page: DiscussionPage) -> DiscussionPage:
        people = tuple(self._people()) if self.in_circle else ()
        calls = self._joint_indicators()
        enquiries = Enquiries(self.found, self.worker, self.maker, in_circle=self.in_circle, calls_for_joint=calls)
        return replace(
            page,
            contributions=tuple(
                ContributionLine(
                    wording.agency(each.agency), each.text, each.is_opinion, each.restricted, self._grade(each.pk)
                )
                for each in self.found.contributed
            ),
            people=people,
            to_decide=sum(not line.decided for line in people),
            enquiries=tuple(enquiries.lines()),
            indicators=calls,
            parents=tuple(parents(self.found)),
            actions=tuple(self._actions()),
            sections=tuple(self._sections()),
        )

    def _grade(self, entry: int) -> str:
        """The grade of police information in words, where the reader may see it."""
        grade = self.found.grades.get(entry)
        if grade is None:
            return ""
        handled = f"{HANDLING[grade.handling]}. {grade.conditions}".strip()
        said = (
            f"Graded {grade.code}. Source: {SOURCES[grade.source].lower()}. {ASSESSMENTS[grade.assessment]}. {handled}"
        )
        return f"{said.rstrip('.')}. " + ("The agreed line is minuted" if grade.agreed_line else "Nothing is minuted")

    def _with_children(self, page: DiscussionPage) -> DiscussionPage:
        children = self._children()
        about = Children(self.found, self.worker, self.maker, self.on)
        examines = self.in_circle and policy.may(self.worker, "decide-medical")
        return replace(
            page,
            medicals=tuple(about.medicals(children, self._child_forms("medical", may=examines))),
            accounts=tuple(about.accounts(children, self._child_forms("account", may=self.minutes))),
            wishes=tuple(about.wishes(children, self._child_forms("wishes", may=self.minutes))),
        )

    def _with_after(self, page: DiscussionPage) -> DiscussionPage:
        after, story = Afterwards(self.held, self.worker, self.maker), self.held.story
        asks = story is not None and policy.may(self.worker, "convene")
        return replace(
            page,
            closings=tuple(closing_words(each) for each in self.found.closings),
            filed=tuple(
                f"{wording.agency(each.agency)}: {each.system}, {time_wording.short_date(each.filed_on)}"
                for each in self.found.filed
            ),
            not_filed=self._not_filed(),
            since=tuple(since(self.found)),
            advice=tuple(after.advice()),
            feedback=tuple(after.feedback()),
            feedback_owed=after.feedback_owed(),
            why=tuple(after.why()),
            closed=tuple(after.closed()),
            conflicts=tuple(after.conflicts()),
            stand_in=after.stand_in() if self.minutes else None,
            identities=tuple(after.identities()),
            identify=reverse("identify", args=[story.matter.reference]) if story and asks else "",
        )

    def _as(self, part: str) -> list[PersonKnown]:
        story = self.held.story
        if story is None:
            return []
        found = (story.person(each.fact.person_record_id) for each in story.parts if each.part == part)
        return list({person.person_id: person for person in found if person}.values())

    def _status(self) -> str:
        closing = self.found.closing
        if closing is None:
            return "The record is open."
        when = time_wording.long_datetime(closing.fact.recorded_at)
        if closing.quorate:
            again = " Held as an interim discussion before that." if len(self.found.closings) > 1 else ""
            return f"The record was closed {when}.{again}"
        missing = wording.listed(PARTS[part].lower() for part in closing.missing_parts.split(", "))
        by = f"; the rest join by {time_wording.long_datetime(closing.rest_joins_by)}" if closing.rest_joins_by else ""
        return f"An interim discussion, closed {when} without {missing}{by}."

    # Before

    def _asked(self, *, ours: bool | None) -> Iterator[AskedLine]:
        newest = answered(self.found)
        for each in self.found.invited:
            own = self._own(each)
            if ours is not None and own != ours:
                continue
            answer = newest.get(each.pk)
            said = dict(forms.REACHED).get(answer.answer, answer.answer) if answer else ""
            yield AskedLine(
                who=wording.owner(each.agency, each.team),
                because=each.because,
                part=asked_to(each) if ours else asked_how(each),
                answer=f"{said}. {answer.note}".strip() if answer else "",
                form=self._answer_form(each, ours=bool(ours)),
            )

    def _own(self, invited: AgencyInvited) -> bool:
        return invited.agency == self.worker.agency and invited.team in ("", self.worker.team)

    def _answer_form(self, invited: AgencyInvited, *, ours: bool) -> FormShown | None:
        if ours:
            return self.maker.make("answer", invited.pk)
        return self.maker.make("answer-for", invited.pk) if self.minutes else None

    def _quorum(self) -> Iterator[QuorumLine]:
        for part in QUORUM:
            there = [each.name for each in self.found.presence if quorum_part(each.agency) == part]
            yield QuorumLine(PARTS[part], wording.listed(there))

    def _present(self) -> Iterator[str]:
        closed = self.found.closings[0].pk if self.found.closings else None
        for each in self.found.presence:
            mode = dict(forms.MODES).get(each.mode, each.mode).lower()
            late = ", after the interim discussion" if closed and each.pk > closed else ""
            role = f" ({each.role})" if each.role else ""
            since = time_wording.time_of_day(each.joined_at)
            yield f"{each.name}{role}, {wording.owner(each.agency, each.team)}, {mode}, since {since}{late}"

    # During

    def _decided(self) -> dict[int, PersonConsidered]:
        """By person: the newest decision on them."""
        found: dict[int, PersonConsidered] = {}
        for each in self.found.considered:
            person = self.held.person_of(each.fact.person_record_id)
            if person:
                found[person.person_id] = each
        return found

    def _people(self) -> Iterator[PersonLine]:
        story = self.held.story
        assert story is not None
        reasons = {each.person_id: each.reason for each in story.connections}
        for person in sorted(self.held.people, key=self._order):
            record = self.held.record_of(person)
            decided = self.decided.get(person.person_id)
            yield PersonLine(
                name=person.name,
                facts=tuple(filter(None, self._facts(person))),
                reason=reasons.get(person.person_id, ""),
                risks=tuple(dict.fromkeys(wording.risk(risk) for risk in person.risks)),
                decided=scope_words(decided) if decided else "",
                form=self.maker.make("scope", record, known=scope_known(decided)) if self.minutes else None,
                disagree=disagree(decided, self.worker) if decided else "",
                challenges=challenge_lines(self.found.challenges.get(decided.pk, []), self.worker) if decided else (),
            )

    def _facts(self, person: PersonKnown) -> tuple[str, ...]:
        suspected = "suspect" in self._parts(person)
        born = wording.born(person, self.on) or ""
        return self._part(person), born, reaches_children(person, suspected=suspected)

    def _order(self, person: PersonKnown) -> tuple[bool, bool]:
        """Children who are not decided on come first."""
        return person.person_id in self.decided, person.age_group_on(self.on) not in {"child", "unborn"}

    def _parts(self, person: PersonKnown) -> set[str]:
        story = self.held.story
        assert story is not None
        return {part.part for part in story.parts if part.fact.person_record_id in person.record_ids}

    def _part(self, person: PersonKnown) -> str:
        parts = self._parts(person)
        return wording.listed(wording.PARTS[part] for part in ("subject", "suspect") if part in parts)

    def _undecided(self) -> list[tuple[str, str]]:
        people = sorted(self.held.people, key=self._order)
        return [
            (str(self.held.record_of(person)), person.name) for person in people if person.person_id not in self.decided
        ]

    def _joint_indicators(self) -> tuple[str, ...]:
        """What calls for a joint enquiry, shown beside a single agency's choice (B5); the front door's alone."""
        story = self.held.story
        if story is None:
            return ()
        highest = max((met.level for met in story.indicators), default=0)
        return tuple(dict.fromkeys(met.why for met in story.indicators if met.level == highest))

    def _children(self) -> list[PersonKnown]:
        """The children whom the matter is about, and those in scope."""
        in_scope = {person for person, decided in self.decided.items() if decided.in_scope}
        subjects = {person.person_id for person in self._as("subject")}
        return [
            person
            for person in self.held.people
            if person.person_id in subjects | in_scope and person.age_group_on(self.on) in {"child", "unborn"}
        ]

    def _child_forms(self, step: str, *, may: bool) -> Callable[[PersonKnown], FormShown | None]:
        return lambda child: self.maker.make(step, self.held.record_of(child)) if may else None

    # After

    def _actions(self) -> Iterator[ActionLine]:
        moves = progress(self.found)
        states = dict(forms.STATES)
        for each in self.found.actions:
            history = moves.get(each.pk, [])
            state = history[-1].state if history else ""
            owner = wording.owner(each.owner_agency, each.owner_team)
            yield ActionLine(
                what=each.what,
                owner=f"{owner}, {each.owner_name}" if each.owner_name else owner,
                due=time_wording.long_datetime(each.due_at),
                state=states.get(state, "Sent"),
                history=tuple(
                    f"{states.get(move.state, move.state)}, {time_wording.long_datetime(move.fact.recorded_at)}"
                    + (f": {move.note}" if move.note else "")
                    for move in history
                ),
                overdue=state != "done" and each.due_at < self.now,
                hidden=each.hidden_from_online_access,
                form=self.maker.make("move", each.pk) if self._moves(each) and state != "done" else None,
            )

    def _moves(self, action: ActionAgreed) -> bool:
        return action.owner_agency == self.worker.agency and action.owner_team in ("", self.worker.team)

    def _sections(self) -> Iterator[SectionLine]:
        """The newest words of each section; what it said before stays in the ledger. Restricted ones have readers of
        their own, and none takes another's place."""
        for name, (heading, readers) in SECTIONS.items():
            written = [each for each in self.found.sections if each.section == name]
            for each in written if name == "restricted" else written[-1:]:
                yield SectionLine(heading, readers, each.text, time_wording.long_datetime(each.fact.recorded_at))

    def _not_filed(self) -> tuple[str, ...]:
        if not self.found.closings:
            return ()
        filed = {each.agency for each in self.found.filed}
        asked = dict.fromkeys(each.agency for each in self.found.invited)
        return tuple(wording.agency(each) for each in asked if each not in filed)

    def _forms(self) -> Iterator[tuple[str, FormShown]]:
        make = self.maker.make
        if policy.may(self.worker, "contribute") and not self.minutes:
            yield "contribution", make("contribution")
            yield "advice", make("advice", known={"followed": "not-yet"})
        if policy.may(self.worker, "contribute") and is_graded(self.worker.agency):
            yield "graded", make("graded")
        if any(self._own(each) for each in self.found.invited) or self.found.took_part(self.worker):
            yield "conflict", make("conflict", colleagues=self.maker.colleagues)
        if self.found.closings and policy.may(self.worker, "give-feedback"):
            yield "feedback", make("feedback", known={"decided": self._draft()})
        if self.found.closings and self._files():
            yield "file", make("file", known={"filed_on": self.on})
        if not self.minutes:
            return
        yield "presence", make("presence", known={"joined_at": clock.local(self.now), "mode": self.found.called.mode})
        yield "contribution", make("contribution")
        yield "advice", make("advice", known={"followed": "not-yet"})
        undecided = self._undecided()
        if undecided:
            yield "rest", make("rest", people=undecided)
        for step in ("enquiry", "parents"):
            yield step, make(step)
        yield "action", make("action", known={"due_at": clock.local(self.now + timedelta(hours=4))})
        yield (
            "section",
            make("section", known={"section": "decisions", "text": self._draft(), "seen": self.found.seen}),
        )
        yield "close", make("close")
        if policy.may(self.worker, "convene"):
            yield "invite", make("invite")

    def _files(self) -> bool:
        asked = {each.agency for each in self.found.invited} | {each.owner_agency for each in self.found.actions}
        return self.worker.agency in asked and self.worker.agency not in {each.agency for each in self.found.filed}

    def _draft(self) -> str:
        """What was last written, or the decision alone, to be put into words that everybody asked may read."""
        if any(each.section == "decisions" for each in self.found.sections):
            return next(each.text for each in reversed(self.found.sections) if each.section == "decisions")
        enquiry = self.found.enquiry
        return dict(forms.ENQUIRIES)[enquiry.enquiry] + "." if enquiry else ""
