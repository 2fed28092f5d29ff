"""An agency's own system shows its token; only the digest of a token is kept (G4)."""

from __future__ import annotations

import hashlib
import secrets

from django.db.models import Q
from django.http import HttpRequest
from ninja.security import HttpBearer

from daras.access.models import ApiToken
from daras.working_time import clock


class AgencyToken(HttpBearer):
    """`Authorization: Bearer <token>`: says which agency is speaking, never which person."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:  # noqa: ARG002
        now = clock.now()
        tokens = ApiToken.objects.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
        return tokens.filter(digest=digest(token)).first()


def digest(token: str) -> str:
    """What is kept of a token: its SHA-256. A token is 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue(agency: str, name: str, *, team: str = "", is_demonstration: bool = False) -> str:
    """A new token for an agency's system. It is shown once. Runs under the machine role."""
    token = f"daras_{secrets.token_urlsafe(32)}"
    ApiToken.objects.create(
        agency=agency,
        team=team,
        name=name,
        digest=digest(token),
        made_at=clock.now(),
        is_demonstration=is_demonstration,
    )
    return token
