"""Forms: written in a draft, and recorded as facts, one typed row an answer (design: forms; D1, D7, F1 to F7).

What a form asks stands in the practice pack, by version; what was answered stands here, and is read with the version
that asked it, however long ago.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from daras.ledger.models import Detail
from daras.matters.models import Matter


class FormDraft(models.Model):
    """A form that is being written: kept at every pause for the agency that writes it. Once completed it holds
    nothing: the facts hold the rest."""

    reference = models.CharField(max_length=16, unique=True)
    form = models.SlugField(max_length=60)
    form_version = models.IntegerField()
    pack = models.CharField(max_length=40)
    agency = models.SlugField(max_length=80)
    team = models.SlugField(max_length=80, blank=True)
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT)
    body = models.JSONField(default=dict)
    set_aside = models.JSONField(default=dict)
    version = models.IntegerField(default=1)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=200)
    completed = models.BooleanField(default=False)
    sent_key = models.CharField(max_length=200, null=True, blank=True)  # under which a system sent it
    audience_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["agency", "team", "completed"], name="forms_of_team")]
        constraints = [models.UniqueConstraint(fields=["agency", "sent_key"], name="one_form_a_key")]


class FormDraftVersion(models.Model):
    """What a draft was at one saving, and what the form showed that saved it. Kept until the form is completed."""

    draft = models.ForeignKey(FormDraft, on_delete=models.PROTECT, related_name="versions")
    version = models.IntegerField()
    body = models.JSONField()
    seen = models.JSONField()
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=200)
    audience_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "version"], name="one_form_version_a_saving")]


class FormBegun(Detail):
    """Somebody began a form about a person."""

    kind: ClassVar[str] = "form-begun"

    reference = models.CharField(max_length=16)
    form = models.SlugField(max_length=60)
    team = models.SlugField(max_length=80, blank=True)


class FormCompleted(Detail):
    """A form was completed: by whom, in which version, how much of it was answered, and why it was late if it was.

    The header says when what it tells of happened, and when it was recorded.
    """

    kind: ClassVar[str] = "form-completed"

    reference = models.CharField(max_length=16, unique=True)
    form = models.SlugField(max_length=60)
    form_version = models.IntegerField()
    form_name = models.CharField(max_length=200)
    pack = models.CharField(max_length=40)
    team = models.SlugField(max_length=80, blank=True)
    completed_by = models.CharField(max_length=200)
    completed_role = models.CharField(max_length=60, blank=True)
    asked = models.SmallIntegerField()  # required questions that were asked of this person
    answered = models.SmallIntegerField()
    reasoned = models.SmallIntegerField()  # not answered, with a reason
    late = models.BooleanField(default=False)
    late_because = models.TextField(blank=True)
    score = models.SmallIntegerField(null=True, blank=True)
    band = models.CharField(max_length=100, blank=True)
    words = models.TextField(blank=True)  # what a chronology tells of it
    to_front_door = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["form", "team"], name="forms_completed_by_team")]


class Answer(Detail):
    """One question answered in one completed form."""

    form = models.ForeignKey(FormCompleted, on_delete=models.PROTECT, related_name="%(class)s_rows")
    question = models.SlugField(max_length=60)

    class Meta:
        abstract = True


class AnswerText(Answer):
    """An answer in words."""

    kind: ClassVar[str] = "answer-text"
    value = models.TextField()


class AnswerChoice(Answer):
    """What was chosen: one choice, or several."""

    kind: ClassVar[str] = "answer-choice"
    value = ArrayField(models.SlugField(max_length=60))


class AnswerNumber(Answer):
    kind: ClassVar[str] = "answer-number"
    value = models.IntegerField()


class AnswerDate(Answer):
    """A day, a month or a year, as precisely as it was said: its first and its last day."""

    kind: ClassVar[str] = "answer-date"
    value = models.DateField()
    last = models.DateField()


class AnswerPerson(Answer):
    """Somebody named in answer to a question: a record of the agency's, and how they belong to whom it is about."""

    kind: ClassVar[str] = "answer-person"
    person_record = models.BigIntegerField()
    relation = models.SlugField(max_length=40, blank=True)
    lives_in_home = models.BooleanField(default=False)


class AnswerMissing(Answer):
    """A question that was not answered: not asked, and why; or a reason that was to follow, empty until it did."""

    kind: ClassVar[str] = "answer-missing"
    later = models.BooleanField(default=False)
    reason = models.TextField(blank=True)


#: Every kind of answer with a value.
ANSWERS: tuple[type[Answer], ...] = (AnswerText, AnswerChoice, AnswerNumber, AnswerDate, AnswerPerson)
