"""Who works here, who may see what, and the trail of every look (G4).

An audience is the set of people who may see a row. Every person-related row of every table carries an `audience_id`,
and the database compares it with the audiences of the person who is looking, without joins. An audience id carries
its standing scope in its upper half (`scope << 32 | serial`), so that a front door that may see 100,000 matters
needs one comparison and no 100,000 grants. See docs/decisions/0003-audiences.md.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

SERIAL_BITS = 32
#: What a token may be for: news, forms, requests, flags and summaries, files, signed copies, and an agency's own
#: workers (SCIM). The last is never given beside another.
SCOPES = ("referrals", "forms", "requests", "flags", "attachments", "rights", "workers")


def ordinary_scopes() -> list[str]:
    """What an agency's records system is for: neither who works there, nor files, nor copies of what is given."""
    return [each for each in SCOPES if each not in {"workers", "rights", "attachments"}]


class WorkerAccounts(BaseUserManager["Worker"]):
    """How the sign-in framework finds a worker: by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Worker:
        return self.get(email__iexact=username)

    def active(self) -> models.QuerySet[Worker]:
        return self.filter(is_active=True)


class Worker(AbstractBaseUser):
    """Somebody who works in one team of one agency, in one role."""

    slug = models.SlugField(max_length=80, unique=True)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    agency = models.SlugField(max_length=80)
    team = models.SlugField(max_length=80, blank=True)
    role = models.SlugField(max_length=60)
    is_active = models.BooleanField(default=True)
    is_demonstration = models.BooleanField(default=False)
    external_id = models.CharField(
        max_length=200, blank=True, default="", db_default=""
    )  # as its agency's own directory knows them

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["slug", "name", "agency", "role"]
    objects: ClassVar[WorkerAccounts] = WorkerAccounts()

    class Meta:
        indexes = [models.Index(fields=["agency", "team"])]

    def __str__(self) -> str:
        return f"{self.name}, {self.role}, {self.agency}"


class Post(models.Model):
    """That somebody works in a team in a role, since when and until when; kept by the database itself with every change
    of a worker (migration 0015), so that no way in forgets it. Only the machine reads it (I10)."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="posts")
    agency = models.SlugField(max_length=80, db_index=False)
    team = models.SlugField(max_length=80, blank=True, db_index=False)
    role = models.SlugField(max_length=60, db_index=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)  # none: still

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["worker"], condition=models.Q(until__isnull=True), name="one_post_at_a_time"
            ),
        ]


class Installation(models.Model):
    """The one row that says what this database is: a real partnership's, or synthetic."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    synthetic = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_installation")]


class StandingScope(models.Model):
    """A group that sees a kind of row as a standing matter: a front door, an agency, the custodians."""

    id = models.SmallAutoField(primary_key=True)
    slug = models.CharField(max_length=100, unique=True)


class ScopeMembership(models.Model):
    """Which workers stand in a scope, by agency, and by team or role where not all of the agency do."""

    scope = models.ForeignKey(StandingScope, on_delete=models.PROTECT)
    agency = models.SlugField(max_length=80)
    team = models.SlugField(max_length=80, blank=True)
    role = models.SlugField(max_length=60, blank=True)

    class Meta:
        indexes = [models.Index(fields=["agency"])]
        constraints = [
            models.UniqueConstraint(fields=["scope", "agency", "team", "role"], name="one_scope_membership"),
        ]


class CovertTeam(models.Model):
    """A team whose looks are known to the custodians of its own agency only (the directory of agencies says which)."""

    agency = models.SlugField(max_length=80)
    team = models.SlugField(max_length=80)
    scope = models.ForeignKey(StandingScope, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "team"], name="one_covert_team")]


class WorkerHome(models.Model):
    """Where a worker lives, as their agency says: so that a look at a neighbour is noticed, and for nothing else."""

    worker = models.OneToOneField(Worker, on_delete=models.PROTECT, primary_key=True)
    postcode = models.CharField(max_length=10)


class Audience(models.Model):
    """A set of people who may see something, beyond the standing scope in the upper half of its id."""

    id = models.BigIntegerField(primary_key=True)
    scope = models.ForeignKey(StandingScope, on_delete=models.PROTECT)
    purpose = models.CharField(max_length=40)
    opened_at = models.DateTimeField()


class Grant(models.Model):
    """Sight of an audience, given to an agency, a team, a role or a worker. Appended, ended by another row, never
    changed."""

    audience = models.ForeignKey(Audience, on_delete=models.PROTECT)
    agency = models.SlugField(max_length=80)
    team = models.SlugField(max_length=80, blank=True)
    role = models.SlugField(max_length=60, blank=True)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True)
    granted_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    granted_by = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["agency", "team"])]


class GrantEnd(models.Model):
    """The end of a grant."""

    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, primary_key=True, related_name="end")
    ended_at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    ended_by = models.CharField(max_length=120)


class KeptApart(models.Model):
    """An agency, or one worker's own sign-in, is kept apart from a matter in which somebody of theirs is suspected,
    until the designated officer decides (A17). Whatever it was granted, the gate shows it nothing of that matter but
    what the agency itself sent. Appended, ended by another row, never changed."""

    matter_id = models.BigIntegerField(db_index=True)
    record_id = models.BigIntegerField()  # of whoever is suspected
    agency = models.SlugField(max_length=80)
    but_teams = ArrayField(models.SlugField(max_length=80), default=list)  # who acts for the child all the same
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, null=True, blank=True)  # none: the agency
    because = models.CharField(max_length=300)
    since = models.DateTimeField()
    kept_by = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["agency"], name="kept_apart_agency")]


class KeptApartEnd(models.Model):
    """The designated officer decided that they may be told from now, and why."""

    kept = models.OneToOneField(KeptApart, on_delete=models.PROTECT, primary_key=True, related_name="end")
    ended_at = models.DateTimeField()
    reason = models.TextField()
    ended_by = models.CharField(max_length=120)


class AudienceMove(models.Model):
    """Rows of a table were put under another audience, and which one they had: what a row says is not touched (ADR
    0024). `mark_id` is the fact that says who decided it and why."""

    mark_id = models.BigIntegerField(db_index=True)
    table_name = models.CharField(max_length=63)
    column_name = models.CharField(max_length=63)
    row_key = models.BigIntegerField()
    former_id = models.BigIntegerField()
    audience_id = models.BigIntegerField()
    moved_at = models.DateTimeField()


class ApiToken(models.Model):
    """A token with which an agency's own system talks to Daras. Only its digest is kept."""

    agency = models.SlugField(max_length=80)
    team = models.SlugField(max_length=80, blank=True)
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    is_demonstration = models.BooleanField(default=False)
    scopes = ArrayField(models.SlugField(max_length=20), default=ordinary_scopes)


class TrailEntry(models.Model):
    """One look, change, search, export or refusal: who, when, what was touched. It holds no payload (G4)."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    agency = models.CharField(max_length=80)
    action = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    matter_id = models.BigIntegerField(null=True, blank=True)
    person_id = models.BigIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=20)
    reason = models.CharField(max_length=300, blank=True)
    audience_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["matter_id"]), models.Index(fields=["person_id"])]


class TrailLink(models.Model):
    """A committed trail entry's place in the chain: the digest of this entry upon all before it."""

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    audience_id = models.BigIntegerField()


class TrailAnchor(models.Model):
    """A signed statement of the chain's head that has left the machine; each names the one before it. One that says
    `restored` begins a chain again at an earlier head: an older backup was restored."""

    number = models.BigIntegerField(primary_key=True)
    position = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    public_key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    restored = models.BooleanField(default=False, db_default=False)
