"""The index in which people are found: a projection of what the ledger says of each record, made anew from it at any
time.

Only the machine reads it. People see what comes out of it, under the strictest audience of what it was made from.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from daras.people.models import PersonRecord


def _words(size: int = 200) -> ArrayField[list[str], list[str]]:
    return ArrayField(models.CharField(max_length=size), default=list)


class Profile(models.Model):
    """What matching compares of one person record: names as written, the present one first; homes as three lists in
    step."""

    record = models.OneToOneField(PersonRecord, on_delete=models.PROTECT, primary_key=True, related_name="+")
    audience_id = models.BigIntegerField()
    given_names = _words()
    middle_names = _words()
    family_names = _words()
    birth = models.CharField(max_length=10, blank=True)  # 2015, 2015-03 or 2015-03-22
    expected_birth = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    nhs_number = models.CharField(max_length=10, blank=True)
    identifiers = _words()
    home_keys = _words()
    home_postcodes = _words(10)
    home_shared = ArrayField(models.BooleanField(), default=list)
    unborn = models.BooleanField(default=False)
    placeholder_name = models.BooleanField(default=False)
    born_from = models.DateField(null=True, blank=True)  # of somebody told of as a child
    born_to = models.DateField(null=True, blank=True)  # of somebody told of as an adult
    keys_version = models.SmallIntegerField()


class Key(models.Model):
    """A record can be found under this key (see keys.py). Its primary key, (key, record), is the only index there
    is; the audience stands in it, too (migration 0005), so that the table itself is not read."""

    pk = models.CompositePrimaryKey("key", "record_id")
    key = models.BigIntegerField()
    record_id = models.BigIntegerField()
    audience_id = models.BigIntegerField()


class NamesCount(models.Model):
    """When it was last counted how common names are in the index, of how many records; names of few are told together,
    by how many records such a name has on average."""

    at = models.DateTimeField()
    records = models.BigIntegerField()
    rare_given = models.FloatField()
    rare_family = models.FloatField()


class NameBorne(models.Model):
    """How many records bear a name that several do: of nobody in particular, so that it has no audience."""

    pk = models.CompositePrimaryKey("count_id", "kind", "plain")
    count = models.ForeignKey(NamesCount, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=6)  # given, family
    plain = models.CharField(max_length=200)
    records = models.BigIntegerField()
