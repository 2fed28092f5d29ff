"""How passwords are stored."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password

from daras.access.models import Worker
from daras.access.session import machine

WORDS = "the-lantern-above-the-harbour"


def test_a_password_is_stored_by_argon2id_as_owasp_advises() -> None:
    """G4: given a password, then 19 MiB and two passes stand between what is stored and who would guess it."""
    assert make_password(WORDS).startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.django_db
def test_what_was_stored_before_is_stored_anew_at_the_next_sign_in() -> None:
    """G4: given a password stored by the way before, when its worker signs in, then it opens, and is stored anew."""
    stored = PBKDF2PasswordHasher().encode(WORDS, "salt-of-a-test-01", iterations=1000)
    with machine():
        worker = Worker.objects.create(slug="ives", name="Ives Polglase", email="ives@workers.example", password=stored)
        assert not worker.check_password("another-lantern")
        assert worker.check_password(WORDS)
        worker.refresh_from_db()
        assert worker.password.startswith("argon2$argon2id$")
