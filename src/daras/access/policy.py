"""One answer to "may this worker do this to this, and why": used by commands, pages and the API alike (G4).

What somebody may do is decided here, by agency, team and role (`denial`, `require`). Whether they may do it to one
thing is that, and their involvement in it and how sensitive it is, which audiences say and the database enforces
(`answer`). What it is for is inferred from the open matter, and asked only outside one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from django.core.exceptions import PermissionDenied

from daras.access import audiences
from daras.access.models import Worker

Role = Literal[
    "social-worker", "duty-manager", "service-manager", "out-of-hours-worker", "designated-officer",
    "early-help-worker", "police-officer", "detective", "detective-inspector", "probation-officer",
    "youth-justice-worker", "nurse", "school-nurse", "health-practitioner", "doctor", "midwife", "therapist",
    "designated-safeguarding-lead", "recovery-worker", "adviser", "housing-officer", "custodian", "data-officer",
    "administrator",
]  # fmt: skip

Action = Literal[
    "see", "search", "screen", "refer", "decide", "convene", "minute", "contribute", "answer", "answer-challenge",
    "decide-medical", "confirm-match", "see-trail", "administer", "hand-over",
    "give-feedback", "advise", "keep-safe", "analyse", "protect", "family-version", "protect-person", "keep-protected",
    "restrict", "open-in-emergency", "review-access", "keep-or-dispose", "answer-rights", "ask-rights",
]  # fmt: skip

ROLES: tuple[str, ...] = get_args(Role)
ACTIONS: tuple[str, ...] = get_args(Action)

#: Social care at night, for both authorities: in the front door, and yet not of its day team (G4).
OUT_OF_HOURS = ("cornwall-childrens-services", "out-of-hours")

#: Who works in the front door: the social care, police and health of the referral unit, and the team out of hours.
FRONT_DOOR_TEAMS = frozenset(
    {
        ("cornwall-childrens-services", "maru"),
        OUT_OF_HOURS,
        ("isles-of-scilly-childrens-services", "children"),
        ("devon-and-cornwall-police", "maru"),
        ("cornwall-partnership-trust", "maru-health"),
    }
)

#: Designated doctors and nurses, and the designated officer: whom practitioners ask for advice, too (A15).
DESIGNATED_TEAMS = frozenset(
    {
        ("cornwall-integrated-care-board", "safeguarding"),
        ("cornwall-childrens-services", "designated-officer"),
    }
)

#: Roles that administer or count, and see no child.
WITHOUT_CHILDREN = frozenset({"administrator", "data-officer"})
#: What they may all the same, where they are let in by name: a data officer answers somebody who asks what is held.
CASE_BY_CASE = {"data-officer": frozenset({"answer-rights"})}

HEALTH_ROLES = frozenset({"nurse", "school-nurse", "health-practitioner", "doctor", "midwife"})
#: Who takes a child into protection, or holds conditions that bind somebody (A16).
PROTECTORS = frozenset(
    {
        "police-officer", "detective", "detective-inspector", "social-worker", "duty-manager", "service-manager",
        "out-of-hours-worker", "probation-officer", "youth-justice-worker",
    }
)  # fmt: skip
MANAGERS = frozenset({"duty-manager", "service-manager"})


#: How far something is known: to its circle; to its own team, others reading whom to ask; to a custodian alone.
Sensitivity = Literal["circle", "restricted", "protected"]

#: What somebody may open a record for where no matter is open (Data Protection Act 2018, schedule 1, part 2,
#: paragraph 18: safeguarding of children and of individuals at risk). Local words.
PURPOSES = {
    "new-worry": "I have a new worry about this child",
    "asked": "Another professional asked me about them",
    "own-work": "I work with this child or family",
    "review": "I review or audit the record",
    "correction": "I check or correct the record",
}


@dataclass(frozen=True, slots=True)
class Thing:
    """What something is to be done to, as far as the gate is concerned."""

    audience_id: int
    matter: str = ""  # the reference of the open matter it belongs to, where there is one


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a worker may do something to something, and why, in words for that worker."""

    allowed: bool
    why: str
    sensitivity: Sensitivity = "circle"
    involvement: str = ""
    purpose: str = ""  # inferred, or as given

    @property
    def asks_purpose(self) -> bool:
        """Whether the worker has still to say what it is for."""
        return self.allowed and not self.purpose


@dataclass(frozen=True, slots=True)
class Denied:
    """That a worker may not do something, and why, in words for that worker."""

    why: str


def in_front_door(worker: Worker) -> bool:
    """Whether the worker's team is part of a front door."""
    return (worker.agency, worker.team) in FRONT_DOOR_TEAMS


def denial(worker: Worker, action: Action) -> Denied | None:
    """Why a worker may not do something, or None when they may."""
    if not worker.is_active:
        return Denied("This sign-in has ended.")
    if worker.role not in ROLES:
        return Denied("Your role is not one of this partnership.")
    if action in {"administer", "see-trail"}:
        allowed = worker.role == ("administrator" if action == "administer" else "custodian")
        return None if allowed else Denied("This is for the service's administrators and custodians.")
    if worker.role in WITHOUT_CHILDREN and action not in CASE_BY_CASE.get(worker.role, ()):
        return Denied("Your role sees no child's record.")
    return _denial_in_practice(worker, action)


def _denial_in_practice(worker: Worker, action: Action) -> Denied | None:
    out_of_hours = worker.team == "out-of-hours" and worker.role in {"out-of-hours-worker", *MANAGERS}
    rules: dict[Action, tuple[bool, str]] = {
        "screen": (in_front_door(worker), "Only the front door looks people up before a referral is made."),
        "see": (True, ""),
        "search": (True, ""),
        "refer": (True, ""),
        "contribute": (True, ""),
        "answer": (True, ""),
        "decide": (in_front_door(worker) and (worker.role in MANAGERS or out_of_hours), "A duty manager decides."),
        "convene": (in_front_door(worker) and (worker.role in MANAGERS or out_of_hours), "A duty manager convenes."),
        "confirm-match": (in_front_door(worker), "The front door confirms who is who."),
        "minute": (in_front_door(worker), "The front door keeps the record of the discussion."),
        "hand-over": (in_front_door(worker), "The front door hands over to the team out of hours."),
        "give-feedback": (in_front_door(worker), "The front door says what became of a referral."),
        "advise": (
            in_front_door(worker) or (worker.agency, worker.team) in DESIGNATED_TEAMS,
            "The front door and designated professionals record the advice they give.",
        ),
        "keep-safe": (
            in_front_door(worker),
            "The front door records what keeps a child safe.",
        ),
        "protect": (
            in_front_door(worker) or worker.role in PROTECTORS,
            "The police, social care, probation and youth justice record what protects a child.",
        ),
        "analyse": (
            in_front_door(worker) and (worker.role in {"social-worker", *MANAGERS} or out_of_hours),
            "A social worker of the front door analyses.",
        ),
        "family-version": (
            in_front_door(worker) and worker.role in {"social-worker", *MANAGERS} and worker.team != OUT_OF_HOURS[1],
            "A social worker of the front door by day writes for the family, and another releases it.",
        ),
        "protect-person": (
            worker.role in {"custodian", "detective-inspector"} or (in_front_door(worker) and worker.role in MANAGERS),
            "A custodian, a manager of the front door or the on-call detective inspector protects somebody.",
        ),
        "keep-protected": (worker.role == "custodian", "A custodian keeps what is protected."),
        "restrict": (True, ""),
        "open-in-emergency": (worker.role != "custodian", "A custodian reviews sight taken in an emergency."),
        "review-access": (
            worker.role == "custodian" or (in_front_door(worker) and worker.role in MANAGERS),
            "A custodian reviews who looked, or a manager of the front door.",
        ),
        "keep-or-dispose": (
            worker.role == "custodian" or (in_front_door(worker) and worker.role in MANAGERS),
            "A custodian or a manager of the front door holds, reviews and approves what is disposed of.",
        ),
        # Whose case it is, is said by name, case by case: the audience is the gate.
        "answer-rights": (True, ""),
        "ask-rights": (True, ""),
        "answer-challenge": (worker.role == "detective-inspector", "The on-call detective inspector answers."),
        "decide-medical": (worker.role in HEALTH_ROLES, "A health professional decides on a medical."),
    }
    allowed, why = rules[action]
    return None if allowed else Denied(why)


def answer(worker: Worker, action: Action, thing: Thing, *, purpose: str = "") -> Answer:
    """Whether a worker, who is the one looking, may do something to something, and why.

    Hidden and absent are answered alike. Never a reason to wait: what has no purpose yet is allowed, and asked for.
    """
    (said,) = answers(worker, action, [thing], purpose=purpose)
    return said


def answers(worker: Worker, action: Action, things: Sequence[Thing], *, purpose: str = "") -> list[Answer]:
    """The same of several things, in order, with one question to the database."""
    denied = denial(worker, action)
    if denied is not None:
        return [Answer(False, denied.why) for _ in things]
    involved = audiences.involvement([thing.audience_id for thing in things])
    return [_answer(thing, involved.get(thing.audience_id), purpose) for thing in things]


def _answer(thing: Thing, involved: audiences.Involvement | None, purpose: str) -> Answer:
    if involved is None:
        return Answer(False, "There is no such thing here for you.")
    inferred = f"the open matter {thing.matter}" if thing.matter else PURPOSES.get(purpose, "")
    return Answer(True, _seen_because(involved.why), _sensitivity(involved.scope), involved.why, inferred)


def _sensitivity(scope: str) -> Sensitivity:
    if scope == audiences.PROTECTED:
        return "protected"
    return "restricted" if scope == audiences.CUSTODIANS else "circle"


def _seen_because(involved: str) -> str:
    if involved.startswith("front-door:"):
        return "You work in the front door of this authority."
    if involved.startswith("discussion:"):
        return "You work in the front door by day."
    if involved.startswith("agency:"):
        return "Your agency recorded it."
    if involved == audiences.CUSTODIANS:
        return "You are a custodian."
    return f"Your team was let in: {involved}."


def may(worker: Worker, action: Action) -> bool:
    """Whether a worker may do something."""
    return denial(worker, action) is None


def require(worker: Worker, action: Action) -> None:
    """Raise `PermissionDenied`, with the reason, where a worker may not do something."""
    denied = denial(worker, action)
    if denied is not None:
        raise PermissionDenied(denied.why)
