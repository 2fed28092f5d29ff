"""Secrets that the database keeps for somebody, under keys that the database never sees (G4).

`$DARAS_ENCRYPTION_KEYS` names one or more keys, newest first: the first encrypts, all decrypt, so that a key is changed
by putting a new one in front, running `./daras manage encryption rotate`, and then taking the old one away.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class UnreadableSecret(Exception):
    """What was encrypted under a key that is no longer named; nothing else is wrong with it."""


def new_key() -> str:
    """A fresh key, as it is written into `$DARAS_ENCRYPTION_KEYS`."""
    return Fernet.generate_key().decode()


def encrypt(text: str) -> str:
    """The text under the newest key."""
    return _keys(_named()).encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """The text again. Raises `UnreadableSecret` where no key that is named opens it."""
    try:
        return _keys(_named()).decrypt(encrypted.encode()).decode()
    except InvalidToken as error:
        raise UnreadableSecret(
            "No key of DARAS_ENCRYPTION_KEYS opens this secret. Name the key it was kept under."
        ) from error


def encrypt_bytes(content: bytes) -> bytes:
    """The bytes under the newest key."""
    return _keys(_named()).encrypt(content)


def decrypt_bytes(encrypted: bytes) -> bytes:
    """The bytes again. Raises `UnreadableSecret` where no key that is named opens them."""
    try:
        return _keys(_named()).decrypt(encrypted)
    except InvalidToken as error:
        raise UnreadableSecret(
            "No key of DARAS_ENCRYPTION_KEYS opens this. Name the key it was kept under, or it was changed."
        ) from error


def rotate(encrypted: str) -> str:
    """The same secret under the newest key. Raises `UnreadableSecret`."""
    return encrypt(decrypt(encrypted))


def problem_with(named: str) -> str | None:
    """Why these keys cannot be used, in words for an administrator; none where they can."""
    if not named.strip():
        return "DARAS_ENCRYPTION_KEYS is not set: secrets in the database would lie under a key that everybody has."
    try:
        _keys(named)
    except ValueError:
        return (
            "DARAS_ENCRYPTION_KEYS holds something that is no key: make one with `./daras manage encryption new-key`."
        )
    return None


def _named() -> str:
    return str(settings.ENCRYPTION_KEYS)


@lru_cache(maxsize=4)
def _keys(named: str) -> MultiFernet:
    return MultiFernet([Fernet(key.strip()) for key in named.split(",")])
