"""What every answer tells the browser: nothing inline, nothing from elsewhere, nothing kept (design: Access)."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from django.test import Client

from daras.pages import installation
from daras.pages.tests.partnership import People, arrives, settle

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def pages(client: Client, people: People) -> dict[str, str]:
    """Every page there is, as the people see it who use it."""
    alex = arrives("alex")
    found = {path: client.get(path).content.decode() for path in ("/sign-in/", "/nowhere/")}
    client.force_login(people.safeguarding_lead, backend=BACKEND)
    for path in ("/", "/notices/", "/our-referrals/", f"/our-referrals/{alex.receipt}/", "/sign-out/"):
        found[f"lead {path}"] = client.get(path).content.decode()
    client.force_login(people.duty_manager, backend=BACKEND)
    for path in ("/", "/find/", "/find/?q=x", "/design/", f"/matters/{alex.reference}/"):
        found[path] = client.get(path).content.decode()
    found["search"] = client.post("/find/", {"q": "tregear"}).content.decode()
    return found


def test_no_page_has_anything_inline_but_the_one_known_script(client: Client, pages: dict[str, str]) -> None:
    """Given every page, then its one inline script is what the policy names by digest; no style is inline."""
    policy = client.get("/sign-in/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    for path, text in pages.items():
        for script in re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", text, re.S):
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy, path
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", text), path


def test_no_page_asks_anybody_else_for_anything(pages: dict[str, str]) -> None:
    """Given every page, then everything it loads comes from here."""
    for path, text in pages.items():
        for address in re.findall(r'(?:src|href|action)="([^"]+)"', text):
            assert address.startswith(("/", "#")), (path, address)


def test_pages_are_not_kept_by_the_browser(client: Client, people: People) -> None:
    """Given a shared computer, when somebody has signed out, then "back" shows nothing."""
    client.force_login(people.duty_manager, backend=BACKEND)
    headers = client.get("/").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_gallery_is_for_synthetic_installations_only(client: Client, db: None) -> None:
    """Given a partnership with real people, then the gallery is not there and no page calls itself a demonstration."""
    installation._is_synthetic.cache_clear()
    settle(synthetic=False)
    assert client.get("/design/").status_code == 404
    assert b"Synthetic people only" not in client.get("/sign-in/").content
    installation._is_synthetic.cache_clear()
