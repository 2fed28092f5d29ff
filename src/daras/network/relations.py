"""How relationships are said in words, in both directions. "mother": the one is the mother of the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Who may be asked what family a child has by birth or adoption: from parentage, siblings are computed.
PARENTAGE = frozenset(
    (
        "mother",
        "father",
        "parent",
        "adoptive-mother",
        "adoptive-father",
        "adoptive-parent",
        "birth-mother",
        "birth-father",
    )
)
#: The same, written from the child's side.
CHILDHOOD = frozenset(("child", "son", "daughter", "adopted-child"))
PARTNERSHIP = frozenset(("partner", "husband", "wife", "spouse", "civil-partner"))
SUSPECTED = "suspected-of-harming"


@dataclass(frozen=True, slots=True)
class Words:
    """How somebody is called in a relationship: for a woman or girl, for a man or boy, for anybody."""

    female: str
    male: str
    anybody: str

    def of(self, sex: str) -> str:
        return {"F": self.female, "M": self.male}.get(sex, self.anybody)


def _one(word: str) -> Words:
    return Words(word, word, word)


_CHILD = Words("a daughter of", "a son of", "a child of")
_SIBLING = Words("a sister of", "a brother of", "a brother or sister of")
_GRANDCHILD = Words("a granddaughter of", "a grandson of", "a grandchild of")
_NIECE = Words("a niece of", "a nephew of", "a niece or nephew of")
_STEPCHILD = Words("a step-daughter of", "a step-son of", "a step-child of")
_AUNT = Words("an aunt of", "an uncle of", "an aunt or uncle of")
_GRANDPARENT = Words("a grandmother of", "a grandfather of", "a grandparent of")

#: For each relation: what the first is of the second, and what the second is of the first.
_SAID: Mapping[str, tuple[Words, Words]] = {
    "mother": (_one("the mother of"), _CHILD),
    "father": (_one("the father of"), _CHILD),
    "parent": (_one("a parent of"), _CHILD),
    "birth-mother": (_one("the birth mother of"), _CHILD),
    "birth-father": (_one("the birth father of"), _CHILD),
    "adoptive-mother": (_one("the adoptive mother of"), _CHILD),
    "adoptive-father": (_one("the adoptive father of"), _CHILD),
    "adoptive-parent": (_one("an adoptive parent of"), _CHILD),
    "child": (_CHILD, Words("the mother of", "the father of", "a parent of")),
    "son": (_one("a son of"), Words("the mother of", "the father of", "a parent of")),
    "daughter": (_one("a daughter of"), Words("the mother of", "the father of", "a parent of")),
    "adopted-child": (_one("an adopted child of"), _one("an adoptive parent of")),
    "step-mother": (_one("the step-mother of"), _STEPCHILD),
    "step-father": (_one("the step-father of"), _STEPCHILD),
    "step-parent": (_one("a step-parent of"), _STEPCHILD),
    "foster-carer": (_one("a foster carer of"), _one("fostered by")),
    "guardian": (_one("a guardian of"), _one("in the care of")),
    "carer": (_one("a carer of"), _one("cared for by")),
    "partner": (_one("the partner of"), _one("the partner of")),
    "civil-partner": (_one("the civil partner of"), _one("the civil partner of")),
    "husband": (_one("the husband of"), Words("the wife of", "the husband of", "married to")),
    "wife": (_one("the wife of"), Words("the wife of", "the husband of", "married to")),
    "spouse": (_one("married to"), _one("married to")),
    "ex-partner": (_one("a former partner of"), _one("a former partner of")),
    "former-partner": (_one("a former partner of"), _one("a former partner of")),
    "sibling": (_SIBLING, _SIBLING),
    "brother": (_one("a brother of"), _SIBLING),
    "sister": (_one("a sister of"), _SIBLING),
    "twin": (_one("a twin of"), _one("a twin of")),
    "half-sibling": (
        Words("a half-sister of", "a half-brother of", "a half-brother or half-sister of"),
        Words("a half-sister of", "a half-brother of", "a half-brother or half-sister of"),
    ),
    "step-sibling": (
        Words("a step-sister of", "a step-brother of", "a step-brother or step-sister of"),
        Words("a step-sister of", "a step-brother of", "a step-brother or step-sister of"),
    ),
    "grandparent": (_GRANDPARENT, _GRANDCHILD),
    "grandmother": (_one("a grandmother of"), _GRANDCHILD),
    "grandfather": (_one("a grandfather of"), _GRANDCHILD),
    "grandchild": (_GRANDCHILD, _GRANDPARENT),
    "aunt": (_one("an aunt of"), _NIECE),
    "uncle": (_one("an uncle of"), _NIECE),
    "niece": (_one("a niece of"), _AUNT),
    "nephew": (_one("a nephew of"), _AUNT),
    "cousin": (_one("a cousin of"), _one("a cousin of")),
    "friend": (_one("a friend of"), _one("a friend of")),
    "girlfriend": (_one("the girlfriend of"), _one("going out with")),
    "boyfriend": (_one("the boyfriend of"), _one("going out with")),
    "neighbour": (_one("a neighbour of"), _one("a neighbour of")),
    "lodger": (_one("a lodger of"), _one("the landlord of")),
    "childminder": (_one("the childminder of"), _one("minded by")),
    "babysitter": (_one("a babysitter of"), _one("looked after by the babysitter")),
    "teacher": (_one("a teacher of"), _one("taught by")),
    "coach": (_one("a coach of"), _one("coached by")),
    "contact": (_one("in contact with"), _one("in contact with")),
    SUSPECTED: (_one("said to have harmed"), _one("said to have been harmed by")),
}
_SAID_ALSO = {"half-brother": "half-sibling", "half-sister": "half-sibling", "step-brother": "step-sibling"} | {
    "step-sister": "step-sibling"
}

#: What a path is told by when there is more than one: the lower, the sooner.
_PLAIN_RANK = 6
_RANKS: Mapping[str, int] = (
    {SUSPECTED: 0}
    | dict.fromkeys(PARENTAGE | CHILDHOOD, 1)
    | dict.fromkeys(PARTNERSHIP | {"sibling", "brother", "sister", "twin", "half-sibling", "step-sibling"}, 2)
    | dict.fromkeys(("step-mother", "step-father", "step-parent", "foster-carer", "guardian", "carer"), 2)
    | dict.fromkeys(("grandparent", "grandmother", "grandfather", "grandchild"), 3)
    | dict.fromkeys(("aunt", "uncle", "niece", "nephew", "cousin"), 4)
    | dict.fromkeys(("friend", "girlfriend", "boyfriend", "ex-partner", "former-partner"), 5)
)


def rank(relation: str) -> int:
    """How soon a path is told by this relation: suspicion first, then parents, siblings and partners, then all
    else."""
    return _RANKS.get(_SAID_ALSO.get(relation, relation), _PLAIN_RANK)


def said(relation: str, *, of_the_first: bool, sex: str) -> str:
    """What somebody of this sex is to the other: "the mother of", "a son of". A relation without words keeps its
    own."""
    known = _SAID.get(_SAID_ALSO.get(relation, relation))
    if known is None:
        plain = relation.replace("-", " ")
        return f"the {plain} of" if of_the_first else f"somebody whose {plain} is"
    return known[0 if of_the_first else 1].of(sex)
