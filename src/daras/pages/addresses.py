"""Where a reference is read: a matter by its own, a sender's own news by its receipt."""

from __future__ import annotations

from collections.abc import Container

from django.urls import reverse

#: What each kind of reference begins with.
MATTER = "D-"
RECEIPT = "R-"
DISCUSSION = "S-"
PERSON = "P-"
CORRECTION = "C-"
FORM = "F-"
CHALLENGE = "K-"
IDENTITY = "Q-"
REQUEST = "X-"
FLAG = "G-"
ADVICE = "A-"


def where(reference: str, open_to_me: Container[str]) -> str | None:
    """The address of what a reference names, or none where it does not open to the reader."""
    if reference.startswith(PERSON):
        return reverse("person", args=[reference]) if reference in open_to_me else None
    if reference.startswith(CORRECTION):
        return reverse("correction", args=[reference])
    if reference.startswith(CHALLENGE):
        return reverse("challenge", args=[reference])
    if reference.startswith(IDENTITY):
        return reverse("identity", args=[reference])
    if reference.startswith(REQUEST):
        return reverse("request", args=[reference]) if reference in open_to_me else None
    if reference.startswith(FLAG):
        return reverse("flag", args=[reference])
    if reference.startswith(ADVICE):
        return reverse("advice_one", args=[reference])
    if reference.startswith(FORM):
        return reverse("form", args=[reference])
    if reference.startswith(DISCUSSION):
        return reverse("discussion", args=[reference])
    if reference.startswith(RECEIPT):
        return reverse("our_referral", args=[reference])
    return reverse("matter", args=[reference]) if reference in open_to_me else None
