"""Several web processes on one database are one service: what is counted in one counts in all."""

from __future__ import annotations

import http.cookiejar
import re
from contextlib import ExitStack
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, build_opener

from daras.access.models import Worker
from daras.access.session import machine
from daras.exchange.installation import install_all
from daras.home import Addresses
from tests.browser.server import serving

EMAIL, PASSWORD = "loveday@council.example", "harbour-otter-fortnight"


def browser() -> OpenerDirector:
    return build_opener(ProxyHandler({}), HTTPCookieProcessor(http.cookiejar.CookieJar()))


def sign_in(address: str, password: str) -> str:
    """The page that answers a sign-in by somebody who comes for the first time."""
    opener = browser()
    page = opener.open(f"{address}/sign-in/", timeout=20).read().decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found
    fields = {"csrfmiddlewaretoken": found[1], "login": EMAIL, "password": password}
    try:
        return str(opener.open(f"{address}/sign-in/", urlencode(fields).encode(), timeout=20).read().decode())
    except HTTPError as refused:
        return str(refused.read().decode())


def test_guesses_are_counted_over_all_web_processes(cloned_database: Addresses, tmp_path: Path) -> None:
    """G4: given two web processes, when somebody guesses three times at one and twice at the other, then at both even
    the right password must wait."""
    install_all()
    with machine():
        worker = Worker(
            slug="loveday", email=EMAIL, name="Loveday", agency="carn-brea-academy", role="designated-safeguarding-lead"
        )
        worker.set_password(PASSWORD)
        worker.save()
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(cloned_database, tmp_path / f"{number}.log")) for number in (1, 2)]
        for address in servers:
            assert "Sign out" in sign_in(address, PASSWORD)
        for number in range(5):
            assert "is not right" in sign_in(servers[number % 2], f"a guess that is wrong, {number}")
        for address in servers:
            assert "Too many attempts" in sign_in(address, PASSWORD)
