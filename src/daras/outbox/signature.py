"""How a webhook is signed, and how its receiver checks it: HMAC-SHA256 over when, which secret, and the body.

`Daras-Signature: t=1795590000,k=3f1c9a20,v1=<hex>`. `k` names the secret without telling it, so that a receiver knows
which one to check with while a new one is being brought in.
"""

from __future__ import annotations

import hashlib
import hmac

HEADER = "Daras-Signature"
#: How old a signature may be, in seconds: long enough for a slow clock, too short for a replay the next day.
TOLERANCE_SECONDS = 300


def sign(secret: str, body: bytes, *, at: int) -> str:
    """The value of the header; `at` is in seconds since 1970."""
    return f"t={at},k={key_id(secret)},v1={_digest(secret, body, at)}"


def verify(secret: str, body: bytes, header: str, *, now: int) -> bool:
    """Whether the body was signed with this secret, no longer than five minutes ago."""
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    if not parts.get("t", "").isdigit() or parts.get("k") != key_id(secret):
        return False
    at = int(parts["t"])
    genuine = hmac.compare_digest(_digest(secret, body, at), parts.get("v1", ""))
    return genuine and abs(now - at) <= TOLERANCE_SECONDS


def key_id(secret: str) -> str:
    """A short name for a secret that does not tell it."""
    return hashlib.sha256(b"daras-webhook-key:" + secret.encode()).hexdigest()[:8]


def _digest(secret: str, body: bytes, at: int) -> str:
    signed = f"{at}.{key_id(secret)}.".encode() + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
