"""Sessions in the database, under keys that are outside it (`access.keys`).

What somebody sent when they were asked to prove again who they are waits in their session, a form about a child
perhaps. So a copy of the database, or a query of people's role, reads nothing of a session.
"""

from __future__ import annotations

import json
from typing import Any

from django.contrib.sessions.backends import db

from daras.access.keys import UnreadableSecret, decrypt, encrypt


class SessionStore(db.SessionStore):
    """The framework's, sealed. What no key opens any more is no session: whoever had it signs in again."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        return encrypt(json.dumps(session_dict))

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        text = session_data if isinstance(session_data, str) else session_data.decode()
        try:
            found: dict[str, Any] = json.loads(decrypt(text))
        except UnreadableSecret:
            return {}
        return found
