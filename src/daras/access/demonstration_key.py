"""The key under which a demonstration keeps its secrets: it follows from what everybody has."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256


def demonstration_key(secret: str) -> str:
    """A key made of a secret that everybody has. `serve` refuses to need it."""
    return urlsafe_b64encode(sha256(f"daras.encryption {secret}".encode()).digest()).decode()
