"""What answers to a labelled set are worth: precision, recall, their bounds, and whether probabilities say what they
mean."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said to one question: who it is (`matched`), and who else it may be, with the likelihood of the best.

    `truth` is who it is, nobody where nobody is held. `found`: whether the truth was among those compared at all.
    """

    truth: Hashable | None
    matched: Hashable | None
    possible: tuple[Hashable, ...] = ()
    best: Hashable | None = None
    score: float = 0.0
    found: bool = False


@dataclass(frozen=True, slots=True)
class Worth:
    """Counted over all questions: a match of the wrong person counts against precision and against recall."""

    right: int
    wrong: int
    there: int
    shown: int
    found: int
    possibles: int
    asked: int
    for_nobody: int
    nobody: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.there)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.there - self.right)


def worth(answers: Sequence[Answer]) -> Worth:
    """Count."""
    there = [each for each in answers if each.truth is not None]
    nobody = [each for each in answers if each.truth is None]
    right = sum(each.matched == each.truth for each in there)
    return Worth(
        right=right,
        wrong=sum(each.matched is not None and each.matched != each.truth for each in answers),
        there=len(there),
        shown=sum(each.truth == each.matched or each.truth in each.possible for each in there),
        found=sum(each.found for each in there),
        possibles=sum(len(each.possible) for each in answers),
        asked=len(answers),
        for_nobody=sum(bool(each.possible) for each in nobody),
        nobody=len(nobody),
    )


def wilson(successes: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The bounds of a share that 95 in 100 such intervals hold (Wilson 1927)."""
    if of == 0:
        return 0.0, 1.0
    share = successes / of
    middle = share + z * z / (2 * of)
    reach = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - reach) / (1 + z * z / of), (middle + reach) / (1 + z * z / of)


def at_best_threshold(answers: Sequence[Answer]) -> tuple[float, Worth]:
    """The threshold on the score at which the best candidate, taken for a match, gives the highest F1: chosen on these
    very answers, which flatters."""
    ranked = sorted((each for each in answers if each.best is not None), key=lambda each: -each.score)
    there = sum(each.truth is not None for each in answers)
    right, best, chosen = 0, -1.0, 1.0
    for taken, (each, after) in enumerate(zip_longest(ranked, ranked[1:]), start=1):
        right += each.best == each.truth
        f1 = 2 * right / (taken + there)
        if (after is None or after.score < each.score) and f1 > best:
            best, chosen = f1, each.score
    return chosen, worth(cut(answers, chosen))


def cut(answers: Sequence[Answer], threshold: float) -> list[Answer]:
    """The answers if the best candidate were matched from a score on."""
    return [
        Answer(each.truth, each.best if each.score >= threshold else None, (), each.best, each.score, each.found)
        for each in answers
    ]


def recall_without_error(answers: Sequence[Answer]) -> float:
    """The recall at the lowest score above every wrong best candidate."""
    wrong = max((each.score for each in answers if each.best is not None and each.best != each.truth), default=0.0)
    there = sum(each.truth is not None for each in answers)
    return sum(each.best == each.truth and each.score > wrong for each in answers if each.best) / max(1, there)


def calibration(answers: Sequence[Answer]) -> list[tuple[str, int, float, float]]:
    """In bands of the likelihood: how many best candidates, what was said on average, and how many were right."""
    bands = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 0.99, 0.999, 1.000001)
    rows = []
    for low, high in pairwise(bands):
        inside = [each for each in answers if each.best is not None and low <= each.score < high]
        if inside:
            said = sum(each.score for each in inside) / len(inside)
            true = sum(each.best == each.truth for each in inside) / len(inside)
            rows.append((f"{low:g} to {min(high, 1):g}", len(inside), said, true))
    return rows
