"""What was answered in a form can make a decision due (design: forms)."""

from __future__ import annotations

from datetime import date

import pytest

from daras.practice.conditions import read_condition
from daras.rules.predicates import Asked, Reading, met
from daras.rules.situation import FormAnswer, Person
from daras.rules.tests.stories import Story, at

TODAY = date(2026, 11, 24)
ANSWER = FormAnswer("midwifery-booking", "childhood-harm", ("sexual",), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("wanted", "is_met"),
    [
        ({"is": ["sexual", "neglect"]}, True),
        ({"is": ["no"]}, False),
        ({"is": ["sexual"], "days": 30}, True),
        ({"is": ["sexual"], "days": 7}, False),
        ({"is": ["sexual"], "question": "worry"}, False),
        ({"is": ["sexual"], "form": "vist"}, False),
    ],
)
def test_an_answer_is_read_by_form_question_choice_and_age(wanted: dict[str, object], is_met: bool) -> None:
    """F3: given a booking in which a woman told of sexual abuse as a child, then a rule on that answer is met, and one
    on another form, question, choice or a shorter time is not."""
    story = Story("notice", "royal-cornwall-hospitals", "maternity", at(2026, 11, 24, 9))
    woman = Person("woman", "Julie", "adult", form_answers=(ANSWER,))
    story.people["woman"] = woman
    situation = story.situation(at(2026, 11, 24, 10))
    test = {"test": "form-answer", "form": "midwifery-booking", "question": "childhood-harm", **wanted}
    evidence = met(read_condition(test), Asked(situation, TODAY, Reading(situation, {})).of(woman))
    assert (evidence is not None) is is_met
    if evidence is not None:
        assert evidence.gives["answer"] == "sexual"
