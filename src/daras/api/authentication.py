"""An agency's own system shows its token; only the digest of a token is kept (G4)."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest
from ninja.security import HttpBearer

from daras.access.attempts import counted_in_minute
from daras.access.models import ApiToken, ordinary_scopes
from daras.working_time import clock


class NotInScope(Exception):
    """The token is in force, and not for this."""


class TooMany(Exception):
    """The token has called more often in this minute than any system needs to."""


class OtherContent(Exception):
    """A body that says it is something else than what is taken (OWASP ASVS 13.1.5, 13.2.5); which that is."""


class AgencyToken(HttpBearer):
    """`Authorization: Bearer <token>`: says which agency is speaking, and for what; never which person. A body is read
    only where it says that it is what the operation takes."""

    def __init__(self, scope: str, *, takes: str = "application/json") -> None:
        super().__init__()
        self.scope = scope
        self.takes = takes

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        found = in_force(token)
        if found is not None:
            request.auth = found  # type: ignore[attr-defined]  # a refusal is noted with whose token it was
            admit(found, self.scope)
            has_body = request.META.get("CONTENT_LENGTH") not in {None, "", "0"}
            if request.method == "POST" and has_body and request.content_type != self.takes:
                raise OtherContent(self.takes)
        return found


def in_force(token: str) -> ApiToken | None:
    """The token that is in force now, or none."""
    now = clock.now()
    tokens = ApiToken.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
    return tokens.filter(digest=digest(token)).first()


def admit(token: ApiToken, scope: str) -> None:
    """Let a token in for a scope, once more in this minute. Raises `NotInScope` or `TooMany`."""
    if scope not in token.scopes:
        raise NotInScope(scope)
    if counted_in_minute(f"token:{token.pk}") > most_in_a_minute():
        raise TooMany


def most_in_a_minute() -> int:
    """How often one token may call in a minute (`$DARAS_API_RATE`)."""
    return int(os.environ.get("DARAS_API_RATE", "3000"))


def digest(token: str) -> str:
    """What is kept of a token: its SHA-256. A token is 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue(
    agency: str,
    name: str,
    *,
    team: str = "",
    is_demonstration: bool = False,
    scopes: Sequence[str] = (),
    ends_at: datetime | None = None,
) -> str:
    """A new token for an agency's system, for what a records system does unless scopes are given. It is shown once.
    Runs under the machine role."""
    token = f"daras_{secrets.token_urlsafe(32)}"
    ApiToken.objects.create(
        agency=agency,
        team=team,
        name=name,
        digest=digest(token),
        made_at=clock.now(),
        is_demonstration=is_demonstration,
        scopes=list(scopes) or ordinary_scopes(),
        ends_at=ends_at,
    )
    return token
