"""The practice studies as situations, built by hand: what the rules are given when the example referrals arrive."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from daras.rules.situation import (
    Concern,
    Connection,
    Involvement,
    News,
    NewsKind,
    Person,
    Place,
    PosesRisk,
    Relationship,
    SafeNow,
    Situation,
    Voice,
)
from daras.working_time.clock import LONDON

SEXUAL = "sexual-abuse-in-the-family"


def home(line: str, town: str, postcode: str) -> Place:
    return Place(f"{line}, {town}, {postcode}", town, postcode, f"{line}|{postcode}".casefold())


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)  # type: ignore[arg-type, misc]


@dataclass
class Story:
    """A situation put together piece by piece."""

    kind: NewsKind
    sender: str
    team: str
    sent_at: datetime
    people: dict[str, Person] = field(default_factory=dict)
    more: dict[str, list[Any]] = field(default_factory=dict)
    flags: dict[str, Any] = field(default_factory=dict)

    def child(self, key: str, name: str, age: int | None, sex: str | None = None, **more: Any) -> Story:
        self.people[key] = Person(key, name, "child", age_years=age, ref=key, sex=sex, **more)
        return self

    def adult(self, key: str, name: str, sex: str | None = None, **more: Any) -> Story:
        self.people[key] = Person(key, name, "adult", ref=key, sex=sex, **more)
        return self

    def unborn(self, key: str, **more: Any) -> Story:
        self.people[key] = Person(key, "Unborn child", "unborn", ref=key, **more)
        return self

    def tie(self, start: str, kind: str, *ends: str) -> Story:
        return self._add("relationships", *(Relationship(start, end, kind) for end in ends))

    def concern(self, about: tuple[str, ...], words: str, suspected: tuple[str, ...] = (), **more: Any) -> Story:
        category = more.pop("category", SEXUAL)
        return self._add("concerns", Concern(about, suspected, category, words, **more))

    def works_with(self, person: str, agency: str, kind: str, team: str | None = None, **more: Any) -> Story:
        return self._add("involvements", Involvement(person, agency, team, kind, **more))

    def seen(self, person: str, seen: bool) -> Story:
        return self._add("safe_now", SafeNow(person, seen))

    def voice(self, person: str, text: str | None = None, because: str | None = None) -> Story:
        return self._add("voices", Voice(person, text, because))

    def connected(self, person: str, reason: str, steps: int = 1) -> Story:
        return self._add("connections", Connection(person, steps, (reason,), reason))

    def on_open_case(self, *references: str) -> Story:
        self.flags.update(open_case=True, open_matter_references=references)
        return self

    def _add(self, name: str, *items: object) -> Story:
        self.more.setdefault(name, []).extend(items)
        return self

    def situation(self, received_at: datetime | None = None, **news: Any) -> Situation:
        arrived = News(self.kind, self.sender, self.team, self.sent_at, received_at or self.sent_at)
        pieces: dict[str, Any] = {name: tuple(items) for name, items in self.more.items()}
        return Situation(replace(arrived, **news), "908", self.people, **pieces, **self.flags)


def mark() -> Story:
    """A police ViST: a father who is a registered sex offender is due for release and expects to move home (J1)."""
    row = home("4 Bassett Row", "Redruth", "TR15 2AA")
    risk = PosesRisk(
        "registered-sex-offender",
        "convicted",
        in_custody=True,
        release_on=date(2026, 12, 14),
        proposed_address=row,
        known_by=("probation-service", "devon-and-cornwall-police"),
    )
    return (
        Story("vist", "devon-and-cornwall-police", "redruth-neighbourhood", at(2026, 11, 23, 16, 40))
        .child("mark", "Mark Penrose", 4, "M", addresses=(row,))
        .adult("mother", "Claire Penrose", "F", addresses=(row,))
        .adult("father", "Dean Hocking", "M", poses_risk=(risk,))
        .tie("mother", "mother", "mark")
        .tie("father", "father", "mark")
        .concern(
            ("mark",),
            "Mother told the officer that the child's father, who is in prison for a sexual offence against a child, "
            "expects to live with them when he is released on 14 December.",
            occurred_from=date(2026, 11, 23),
            occurred_to=date(2026, 11, 23),
        )
        .voice("mark", "Mark said that daddy is coming home and he can stay up late when he does.")
        .seen("mark", True)
        .works_with("mark", "penryn-surgery", "registered patient", "gp")
        .works_with("father", "probation-service", "offender manager", "cornwall-sexual-offences")
    )


def alex() -> Story:
    """A school: a cousin aged 16 is said to have harmed; his sister, his brother and a friend are children too (J2)."""
    seventeen = home("17 Trevenson Close", "Camborne", "TR14 8AB")
    twenty_two = home("22 Trevenson Close", "Camborne", "TR14 8AB")
    return (
        Story("referral", "carn-brea-academy", "safeguarding", at(2026, 11, 20, 10, 5))
        .child("alex", "Alex Tregear", 11, "M", addresses=(seventeen,))
        .child("suspect", "Jake Rowse", 16, "M", addresses=(twenty_two,))
        .child("sib1", "Ella Rowse", 8, "F", addresses=(twenty_two,))
        .child("sib2", "Toby Rowse", 6, "M", addresses=(twenty_two,))
        .child("friend", "Sam Bray", None, "M")
        .adult("alex-mother", "Kerra Tregear", "F", addresses=(seventeen,))
        .adult("jake-mother", "Morwenna Rowse", "F", addresses=(twenty_two,))
        .adult("jake-father", "Steven Rowse", "M", addresses=(twenty_two,))
        .tie("alex-mother", "mother", "alex")
        .tie("jake-mother", "mother", "suspect", "sib1", "sib2")
        .tie("jake-father", "father", "suspect", "sib1", "sib2")
        .tie("alex-mother", "sibling", "jake-mother")
        .tie("friend", "friend", "suspect")
        .concern(
            ("alex",),
            "Alex told his teacher that his cousin has touched him sexually more than once when staying over, and that "
            "Sam was there once.",
            ("suspect",),
            occurred_from=date(2026, 11, 1),
            occurred_to=date(2026, 11, 30),
        )
        .voice("alex", "I don't want to go to his house any more.")
        .seen("alex", True)
        .works_with("alex", "carn-brea-academy", "on roll", "safeguarding")
        .works_with("sib2", "trevithick-primary", "on roll", "safeguarding")
        .works_with("suspect", "camborne-surgery", "registered patient", "gp")
    )


def open_case() -> Story:
    """A school nurse writes to the allocated social worker the next day: it is said to happen to Toby, too (B1)."""
    return (
        Story("referral", "cornwall-partnership-trust", "school-nursing", at(2026, 11, 21, 11, 20))
        .child("alex", "Alex Tregear", 11, "M", open_matters=("D-0001-0002",))
        .child("cousin", "Toby Rowse", 6, "M")
        .child("jake", "Jake Rowse", 16, "M")
        .tie("alex", "cousin", "cousin")
        .concern(("alex", "cousin"), "At a drop-in Alex said Jake told him it happens to Toby too.")
        .voice("alex", "Jake said Toby doesn't mind.")
        .seen("cousin", False)
        .connected("jake", "Jake Rowse is said to have harmed Alex Tregear and is a brother of Toby Rowse")
        .on_open_case("D-0001-0002")
    )


def julie() -> Story:
    """A hospital: a disabled child is hurt; her step-brother of 15 is said to have done it and lives with her (J3)."""
    view = home("9 Harbour View", "Hayle", "TR27 4AC")
    return (
        Story("referral", "royal-cornwall-hospitals", "emergency-department", at(2026, 11, 19, 14, 30))
        .child("julie", "Julie Angwin", 13, "F", addresses=(view,), disabilities=frozenset({"MOB", "LD", "COMM"}))
        .child("other", "Liam Angwin", 15, "M", addresses=(view,))
        .adult("mother", "Tamsin Angwin", "F", addresses=(view,))
        .adult("step-father", "Peter Angwin", "M", addresses=(view,))
        .adult("liam-mother", "Donna Vosper", "F", addresses=(home("3 Foundry Row", "Hayle", "TR27 4HD"),))
        .tie("mother", "mother", "julie")
        .tie("step-father", "father", "other")
        .tie("liam-mother", "mother", "other")
        .tie("mother", "partner", "step-father")
        .concern(
            ("julie",),
            "Julie signed to her mother that her step-brother hurt her; injury seen on examination.",
            ("other",),
            occurred_from=date(2026, 11, 18),
            occurred_to=date(2026, 11, 18),
        )
        .voice("julie", because="Julie communicates with signs and symbols; no one trained was on shift.")
        .seen("julie", True)
        .works_with("julie", "hayle-academy", "on roll", "safeguarding")
        .works_with("other", "hayle-academy", "on roll", "safeguarding")
    )


def no_known_child() -> Story:
    """An adult tells of abuse in childhood by an uncle who now coaches children; no child is known (B2, A17)."""
    return (
        Story("referral", "adult-drug-and-alcohol-service", "adults", at(2026, 11, 18, 15, 0))
        .adult("survivor", "Jenna Opie", "F", anonymous_to_others=True, age_years=32)
        .adult(
            "suspect",
            "Raymond Opie",
            "M",
            addresses=(home("1 Carn View", "St Just", "TR19 7LL"),),
            works_with_children=("volunteer football coach",),
            poses_risk=(PosesRisk("alleged", "alleged"),),
        )
        .tie("suspect", "uncle", "survivor")
        .concern(
            ("survivor",),
            "Jenna told her worker that her uncle abused her when she was a child and that he now coaches children.",
            ("suspect",),
            occurred_from=date(2002, 1, 1),
            occurred_to=date(2002, 12, 31),
        )
    )
