"""What the law may let or make an agency withhold of an entry, as a suggestion with its ground: pure. A person decides.

What has a suggestion starts withheld; to give it needs a reason. Sources: Data Protection Act 2018, schedule 2
paragraphs 16 and 17, schedule 3, section 45; as the practice pack cites them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

#: Who may ask, in words. Whoever asks for a child does so by parental responsibility, or with the child's authority.
CAPACITIES: dict[str, str] = {
    "child": "A child, for themselves",
    "adult": "An adult, for themselves",
    "parent": "A parent or somebody else with parental responsibility, for a child",
    "for-child": "Somebody whom a child has asked to act for them",
    "for-adult": "Somebody who acts for an adult, with their authority",
}
FOR_THEMSELVES = frozenset({"child", "adult"})
FOR_A_CHILD = frozenset({"parent", "for-child"})
#: By parental responsibility, not in the child's own name: then schedule 3 part 5 and the child's wishes count.
BY_RESPONSIBILITY = frozenset({"parent"})

#: Kinds of fact that tell where somebody is, or will be.
PLACES = frozenset({"address-stay", "involvement", "safe-now", "protection-recorded", "flag-raised",
                    "summary-read"})  # fmt: skip
#: Kinds of fact that tell who wrote to us.
REFERRERS = frozenset({"referral-received", "advice-given"})
#: What says by itself whether a child was, is or may be abused, wherever it stands.
OF_ABUSE = frozenset({"concern", "sexual-abuse-marker", "voice-of-child", "indicator-met", "flag-raised", "poses-risk",
                      "advice-given"})  # fmt: skip
HEALTH_KINDS = frozenset(
    {"hospital", "community and mental health", "general practice", "health commissioner", "sexual health",
     "substance misuse", "sarc", "therapy"}
)  # fmt: skip
#: What is data concerning health, whoever holds it.
OF_HEALTH = frozenset({"medical-decided", "medical-reported", "disability"})


@dataclass(frozen=True, slots=True)
class Asking:
    """As much of a case as the weighing needs."""

    capacity: str
    asker_suspected: bool = False  # said to have harmed, or to pose a risk
    child_objects: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """As much of an entry as the weighing needs."""

    kind: str
    agency_kind: str
    regime: str
    on_safeguarding_matter: bool
    graded: bool = False
    restricted: bool = False
    from_public: bool = False
    of_another: bool = False  # recorded about somebody else, and naming this person
    names: tuple[str, ...] = ()  # of others, in its words
    shares_home: bool = False  # of a home: whoever asks lives there, too


def suggested(item: Item, asking: Asking) -> tuple[str, ...]:
    """The grounds on which this entry may be withheld from this person, the weightiest first; none where nothing speaks
    against giving it."""
    return tuple(dict.fromkeys(_grounds(item, asking)))


def _grounds(item: Item, asking: Asking) -> Iterator[str]:
    if item.graded or item.kind == "entry-graded" or item.regime == "law-enforcement":
        yield "law-enforcement"
    if asking.capacity in BY_RESPONSIBILITY and (item.on_safeguarding_matter or item.kind in OF_ABUSE):
        yield "child-abuse"
    if asking.capacity in BY_RESPONSIBILITY and asking.child_objects:
        yield "childs-wishes"
    if asking.capacity not in FOR_THEMSELVES and item.kind in PLACES and not item.shares_home:
        yield serious_harm(item)
    if asking.asker_suspected and item.kind in PLACES:
        yield serious_harm(item)
    if item.restricted:
        yield serious_harm(item)
    if item.from_public or (item.kind in REFERRERS and asking.capacity not in FOR_THEMSELVES):
        yield "third-party"
    if item.names or item.of_another:
        yield "third-party"


def serious_harm(item: Item) -> str:
    """Which of the three tests of serious harm is this agency's: health data has its own, whoever holds it."""
    if item.kind in OF_HEALTH or item.agency_kind in HEALTH_KINDS:
        return "serious-harm-health"
    return "serious-harm-education" if item.agency_kind == "school" else "serious-harm-social-work"


def needs_health_opinion(item: Item, ground: str, *, shown: bool) -> bool:
    """Whether an agency that is no health body needs a health professional's opinion first: to rely on the health test,
    and to give what concerns health (schedule 3, paragraph 6, not read in the original)."""
    if item.agency_kind in HEALTH_KINDS:
        return False
    return ground == "serious-harm-health" or (shown and item.kind in OF_HEALTH)
