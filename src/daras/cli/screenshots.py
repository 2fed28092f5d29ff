"""Pictures of every page for the documentation, at the width of a telephone and of a duty desk: one command.

`python -m daras.cli.screenshots` starts a demonstration of its own in an empty home, walks it as those who use it,
and writes `docs/pictures/`. It needs what the tests need: Playwright and a Chromium.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from daras.cli import chromium, web
from daras.cli.refusal import CommandRefused
from daras.home.folder import CHECKOUT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: The moment at which all pictures are taken, so that they differ only where a page does.
NOW = "2026-11-24T09:30:00+00:00"
#: A picture ends here: what matters stands above.
HIGHEST = 1800
WIDTHS = {"phone": (360, 740), "desk": (1440, 900)}
READY = "Ctrl-C stops everything"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@dataclass(frozen=True, slots=True)
class Picture:
    """One page: as whom, where, and, where the address holds a reference, the link that leads there."""

    name: str
    email: str | None
    path: str
    link: str = ""  # a selector of the link on that page to follow


MANAGER = "tamara.nance@cornwall-council.example"
LEAD = "demelza.trethowan@carn-brea-academy.example"

PICTURES = (
    Picture("sign-in", None, "/sign-in/"),
    Picture("my-work", MANAGER, "/"),
    Picture("notices", MANAGER, "/notices/"),
    Picture("matter", MANAGER, "/", "a[href^='/matters/']:near(:text('Alex Tregear'))"),
    Picture("find", MANAGER, "/find/"),
    Picture("make-a-referral", LEAD, "/refer/"),
    Picture("tell-us", None, "/tell-us/"),
    Picture("advice", MANAGER, "/advice/"),
    Picture("our-referrals", LEAD, "/our-referrals/"),
    Picture("our-referral", LEAD, "/our-referrals/", "a[href^='/our-referrals/R-']"),
    Picture("nothing-to-show", LEAD, "/matters/D-0000-0000/"),
    Picture("components", None, "/design/"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, and of which pages."""
    parser.add_argument("--into", type=Path, default=CHECKOUT / "docs" / "pictures", help="the folder to write to")
    parser.add_argument("names", nargs="*", help=f"only these: {', '.join(each.name for each in PICTURES)}")


def run(arguments: argparse.Namespace) -> int:
    """Take the pictures; exit status 0."""
    wanted = [each for each in PICTURES if not arguments.names or each.name in arguments.names]
    program = chromium.path(os.environ)
    if program is None:
        raise CommandRefused("There is no Chromium. Install Debian's chromium, or name one in DARAS_CHROMIUM.")
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        raise CommandRefused("Playwright is not installed: run ./daras test once.") from None
    arguments.into.mkdir(parents=True, exist_ok=True)
    with _demonstration() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        for width in WIDTHS:
            for email in dict.fromkeys(each.email for each in wanted):
                page = _signed_in(browser, demo, width, email)
                for picture in (each for each in wanted if each.email == email):
                    _take(page, demo.address, picture, arguments.into / f"{picture.name}-{width}.png")
                page.context.close()
        browser.close()
    print(f"{len(wanted) * len(WIDTHS)} pictures in {arguments.into}")
    return 0


@dataclass(frozen=True, slots=True)
class Demo:
    """A demonstration that runs."""

    address: str
    password: str


def _signed_in(browser: Browser, demo: Demo, width: str, email: str | None) -> Page:
    """A page of that width, signed in where a worker is named."""
    wide, high = WIDTHS[width]
    page = browser.new_context(viewport={"width": wide, "height": high}, reduced_motion="reduce").new_page()
    if email:
        page.goto(demo.address + "/sign-in/")
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password", exact=True).fill(demo.password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(demo.address + "/")
    return page


def _take(page: Page, address: str, picture: Picture, file: Path) -> None:
    """One picture of the whole page."""
    page.goto(address + picture.path)
    if picture.link:
        page.locator(picture.link).first.click()
        page.wait_for_load_state()
    wide, high = page.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollHeight]")
    page.screenshot(path=file, full_page=True, clip={"x": 0, "y": 0, "width": wide, "height": min(high, HIGHEST)})


@contextmanager
def _demonstration() -> Iterator[Demo]:
    """A demonstration in a home of its own, until the block ends."""
    port = web.any_free("127.0.0.1")
    with tempfile.TemporaryDirectory(prefix="daras-pictures-", ignore_cleanup_errors=True) as home:
        environment = os.environ | {"DARAS_HOME": home, "DARAS_NOW": NOW}
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DARAS_MAILBOX"):
            environment.pop(name, None)
        command = [sys.executable, "-m", "daras.cli", "demo", "--port", str(port)]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                yield Demo(f"http://127.0.0.1:{port}", _password_said(process.stdout))
            finally:
                process.terminate()


def _password_said(lines: Iterable[str]) -> str:
    """The password that the demonstration prints, once it has said that it is ready."""
    password = ""
    for line in lines:
        name, _, rest = line.strip().partition(" ")
        password = rest.strip() if name == "password" else password
        if READY in line and password:
            return password
    raise CommandRefused("The demonstration did not start (see above).")


def main() -> int:
    """As a module of its own."""
    parser = argparse.ArgumentParser(prog="python -m daras.cli.screenshots", description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    raise SystemExit(main())
