"""How passwords are stored: by Argon2id, which costs whoever guesses memory as well as time."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: the first choice of OWASP's Password Storage Cheat Sheet.

    Django's own figures take 100 MiB and eight threads for each sign-in, which twenty people at nine in the morning
    would feel on a small machine.
    """

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1
