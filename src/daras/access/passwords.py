"""How passwords are stored: by Argon2id, which costs whoever guesses memory as well as time."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError

#: No password manager makes longer ones (OWASP ASVS 2.1.2); hashing a book would keep the server busy.
MOST_CHARACTERS = 128


class Argon2id(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: the first choice of OWASP's Password Storage Cheat Sheet.

    Django's own figures take 100 MiB and eight threads for each sign-in, which twenty people at nine in the morning
    would feel on a small machine.
    """

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1


class NotTooLong:
    """A password has 128 characters at the most."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002 (the framework's signature)
        """Raises `ValidationError`."""
        if len(password) > MOST_CHARACTERS:
            raise ValidationError(f"Enter a password of {MOST_CHARACTERS} characters at the most")

    def get_help_text(self) -> str:
        """Nothing: hardly anybody comes near it."""
        return ""
