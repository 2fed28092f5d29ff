"""What each form of a discussion does: one command each, with what the form makes of what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from daras.access.models import Worker
from daras.challenges import answering as challenges
from daras.challenges.queries import reference_of
from daras.handling.commands import Grade
from daras.meetings import after, calling, children, conflicts, during, telling
from daras.pages.discussion import forms

Clean = Mapping[str, Any]
Command = Callable[[Worker, int, int, Clean], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One form: its button, what it does, and the section of the page it belongs to."""

    form: type[forms.Step]
    button: str
    run: Command
    section: str
    #: What the form calls a field that the command refuses under another name.
    named: Mapping[str, str] = field(default_factory=dict)


def split(owner: str) -> tuple[str, str]:
    """ "agency/team" as two."""
    agency, _, team = owner.partition("/")
    return agency, team


def _answer(worker: Worker, meeting: int, subject: int, clean: Clean) -> None:
    calling.answer(worker, meeting, subject, answer=clean["answer"], note=clean["note"])


def _invite(worker: Worker, meeting: int, _: int, clean: Clean) -> None:
    agency, team = split(clean["owner"])
    asked = calling.Invitation(agency, team, clean["because"].strip(), clean["part"], mode=clean["mode"])
    calling.invite(worker, meeting, [asked])


def _presence(worker: Worker, meeting: int, _: int, clean: Clean) -> None:
    agency, team = split(clean["owner"])
    said = {name: clean[name] for name in ("name", "role", "mode", "joined_at")}
    during.note_presence(worker, meeting, agency=agency, team=team, **said)


def _contribute(worker: Worker, meeting: int, _: int, clean: Clean) -> None:
    only_for = tuple(split(each) for each in clean["restricted_to"])
    is_opinion = clean["kind"] == "opinion"
    during.contribute(worker, meeting, text=clean["text"], is_opinion=is_opinion, restricted_to=only_for)


def _graded(worker: Worker, meeting: int, _: int, clean: Clean) -> None:
    during.contribute_graded(
        worker,
        meeting,
        text=clean["text"],
        grade=Grade(clean["source"], clean["assessment"], clean["handling"], clean["conditions"]),
        agreed_line=clean["agreed_line"],
        is_opinion=clean["kind"] == "opinion",
        restricted_to=tuple(split(each) for each in clean["restricted_to"]),
    )


def _scope(worker: Worker, meeting: int, record: int, clean: Clean) -> None:
    agency, team = split(clean["owner"])
    in_scope = clean["in_scope"] == "yes"
    during.consider(
        worker,
        meeting,
        record,
        in_scope=in_scope,
        owner_agency=agency if in_scope else "",
        owner_team=team if in_scope else "",
        safety_outcome=clean["safety_outcome"] if in_scope else "",
        why_not="" if in_scope else clean["why_not"],
        reaches=clean["reaches"],
    )


def _rest(worker: Worker, meeting: int, _: int, clean: Clean) -> None:
    during.consider_rest(worker, meeting, [int(each) for each in clean["people"]], why_not=clean["why_not"])


def _enquiry(worker: Worker, meeting: int, _: int, clean: Clean) -> None:
    during.decide_enquiry(worker, meeting, enquiry=clean["enquiry"], rationale=clean["rationale"])


def _position(worker: Worker, meeting: int, decision: int, clean: Clean) -> None:
    during.take_position(worker, meeting, decision, position=clean["position"], reason=clean["reason"])


def _challenge(worker: Worker, _: int, challenge: int, clean: Clean) -> None:
    challenges.answer(worker, reference_of(challenge), outcome=clean["outcome"], reason=clean["reason"])


def _medical(worker: Worker, meeting: int, record: int, clean: Clean) -> None:
    children.decide_medical(worker, meeting, record, **clean)


def _wishes(worker: Worker, meeting: int, record: int, clean: Clean) -> None:
    children.weigh_wishes(worker, meeting, record, **clean)


def _parents(worker: Worker, meeting: int, _: int, clean: Clean) -> None:
    children.inform_parents(worker, meeting, **clean)


def _report(worker: Worker, meeting: int, decision: int, clean: Clean) -> None:
    said = {name: clean[name] for name in ("on_day", "by_whom", "follows")}
    children.report_medical(worker, meeting, decision, attended=clean["attended"] == "yes", **said)


def _account(worker: Worker, meeting: int, record: int, clean: Clean) -> None:
    children.plan_account(worker, meeting, record, **clean)


def _contact(worker: Worker, meeting: int, weighed: int, clean: Clean) -> None:
    children.contact_made(worker, meeting, weighed, **clean)


def _advice(worker: Worker, meeting: int, _: int, clean: Clean) -> None:
    said = {name: clean[name] for name in ("name", "role", "advice", "followed", "why_not")}
    telling.record_advice(worker, meeting, agency=split(clean["owner"])[0], **said)


def _conflict(worker: Worker, meeting: int, _: int, clean: Clean) -> None:
    conflicts.declare_conflict(worker, meeting, **clean)


def _stand_in(worker: Worker, meeting: int, _: int, clean: Clean) -> None:
    conflicts.name_instead(worker, meeting, **clean)


def _feedback(worker: Worker, meeting: int, _: int, clean: Clean) -> None:
    telling.give_feedback(worker, meeting, **clean)


def _read(worker: Worker, meeting: int, feedback: int, _: Clean) -> None:
    telling.acknowledge(worker, meeting, feedback)


def _action(worker: Worker, meeting: int, _: int, clean: Clean) -> None:
    agency, team = split(clean["owner"])
    during.agree_action(
        worker,
        meeting,
        what=clean["what"],
        owner_agency=agency,
        owner_team=team,
        owner_name=clean["owner_name"],
        due_at=clean["due_at"],
        hidden_from_online_access=clean["hidden"],
    )


def _move(worker: Worker, meeting: int, action: int, clean: Clean) -> None:
    during.move_action(worker, meeting, action, state=clean["state"], note=clean["note"])


def _section(worker: Worker, meeting: int, _: int, clean: Clean) -> None:
    readers = tuple(split(each) for each in clean["readers"])
    after.record_section(
        worker, meeting, section=clean["section"], text=clean["text"], teams=readers, seen=clean["seen"]
    )


def _close(worker: Worker, meeting: int, _: int, clean: Clean) -> None:
    after.close_record(worker, meeting, **clean)


def _file(worker: Worker, meeting: int, _: int, clean: Clean) -> None:
    after.file_record(worker, meeting, **clean)


STEPS: Mapping[str, Step] = {
    "answer": Step(forms.Answer, "Answer", _answer, "asked"),
    "answer-for": Step(forms.AnswerNoted, "Note the answer", _answer, "asked"),
    "invite": Step(forms.Invite, "Invite now", _invite, "asked"),
    "presence": Step(forms.Presence, "Add to the call", _presence, "call"),
    "contribution": Step(forms.Contribution, "Add to the record", _contribute, "held"),
    "graded": Step(forms.Graded, "Keep it, and minute the agreed line", _graded, "held"),
    "scope": Step(forms.Scope, "Decide", _scope, "scope", {"owner_agency": "owner"}),
    "rest": Step(forms.Rest, "Reviewed, not in scope", _rest, "scope"),
    "enquiry": Step(forms.Enquiry, "Record the decision", _enquiry, "enquiry"),
    "position": Step(forms.Position, "Take this position", _position, "enquiry"),
    "challenge": Step(forms.ChallengeAnswer, "Answer the challenge", _challenge, "enquiry"),
    "medical": Step(forms.Medical, "Record the decision", _medical, "medical"),
    "wishes": Step(forms.Wishes, "Record it", _wishes, "wishes"),
    "report": Step(forms.MedicalReport, "Record what came of it", _report, "medical"),
    "account": Step(forms.Account, "Record the plan", _account, "account"),
    "contact": Step(forms.Contact, "Record it", _contact, "wishes"),
    "advice": Step(forms.Advice, "Add the advice", _advice, "advice", {"agency": "owner"}),
    "conflict": Step(forms.Conflict, "Declare it", _conflict, "asked"),
    "stand-in": Step(forms.StandIn, "Ask them instead", _stand_in, "asked"),
    "feedback": Step(forms.Feedback, "Tell everybody consulted", _feedback, "feedback"),
    "read": Step(forms.Read, "We have read it", _read, "feedback"),
    "parents": Step(forms.Parents, "Record it", _parents, "parents"),
    "action": Step(forms.Action, "Agree and send now", _action, "actions"),
    "move": Step(forms.Move, "Save", _move, "actions"),
    "section": Step(forms.Section, "Save this section", _section, "sections", {"teams": "readers"}),
    "close": Step(forms.Close, "Close the record", _close, "close"),
    "file": Step(forms.Filed, "It is filed", _file, "filed"),
}
