"""Pictures of every page for the documentation, at the width of a telephone and of a duty desk: one command.

It starts a demonstration of its own in an empty home, plays a strategy discussion in it, walks it as those who use it
along every link there is, and writes the pictures with a list of them. It needs what the tests need: Playwright and a
Chromium.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import django

from daras.cli import chromium, web
from daras.cli.picture_walk import PEOPLE, Seen, Walk, play, walk
from daras.cli.refusal import CommandRefused
from daras.home.folder import CHECKOUT

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: The moment at which all pictures are taken, so that they differ only where a page does.
NOW = "2026-11-24T09:30:00+00:00"
#: A picture ends here: what matters stands above.
HIGHEST = 1800
#: So many colours are enough for a page, and make a file a fifth as large.
COLOURS = 96
WIDTHS = {"phone": (390, 844), "desk": (1440, 900)}
#: A walk of everybody takes a quarter of an hour on a machine that does nothing else.
MINUTES = 40.0
READY = "Ctrl-C stops everything"
ARGUMENTS = [
    "--headless",
    "--lang=en-GB",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
]
#: Where a line of the list names its page.
NAMED = re.compile(r"\]\(([a-z0-9-]+)-desk\.png\)")
LIST = """# Pictures

Every page of the demonstration, made by `./daras pictures`: who is signed in, and the page at the width of a duty desk
and of a telephone. Everybody in them is synthetic.

| page | as whom | pictures |
| --- | --- | --- |
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, and of which pages."""
    parser.add_argument("--into", type=Path, default=CHECKOUT / "docs" / "pictures", help="the folder to write to")
    parser.add_argument("--only", default="", help="only pages whose name begins so, such as discussion")
    parser.add_argument("--as", dest="role", default="", help="only as whom these words name, such as custodian")
    parser.add_argument("--minutes", type=float, default=MINUTES, help=f"walk so long at the most (default: {MINUTES})")


def run(arguments: argparse.Namespace) -> int:
    """Take the pictures, and write the list of them where all were taken."""
    program = chromium.path(os.environ)
    if program is None:
        raise CommandRefused("There is no Chromium. Run ./daras test once, or name one in DARAS_CHROMIUM.")
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        raise CommandRefused("Playwright is not installed: run ./daras test once.") from None
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daras.settings")
    django.setup()
    arguments.into.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the demonstration ends with it
    people = tuple(each for each in PEOPLE if arguments.role in each.words)
    if not people:
        raise CommandRefused(f"Nobody is called “{arguments.role}”: {', '.join(each.words for each in PEOPLE)}.")
    going = Walk(people, time.monotonic() + 60 * arguments.minutes)
    part = bool(arguments.only or arguments.role)
    list_of_all, taken = arguments.into / "README.md", dict[str, str]()
    before = _lines_of(list_of_all)
    with demonstration() as (address, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        matter = play(browser, address, password)
        for seen, page in walk(browser, address, password, WIDTHS["desk"], first=(matter,), going=going):
            if not seen.name.startswith(arguments.only):
                continue
            for width, size in WIDTHS.items():
                _take(page, size, arguments.into / f"{seen.name}-{width}.png")
            page.set_viewport_size({"width": WIDTHS["desk"][0], "height": WIDTHS["desk"][1]})
            print(f"{seen.name}: {seen.path}", file=sys.stderr, flush=True)
            taken[seen.name] = _line(seen)
            # After each, so that a walk that is ended leaves a true list, with the former pictures of all the rest.
            list_of_all.write_text(LIST + "".join((before | taken).values()), encoding="utf-8")
        browser.close()
    if not part and not going.unfinished:
        list_of_all.write_text(LIST + "".join(taken.values()), encoding="utf-8")
        _forget(arguments.into, set(before) - set(taken))
    print(f"{len(taken) * len(WIDTHS)} pictures in {arguments.into}")
    if going.unfinished:
        print(f"daras: the time was up; not walked to the end: {', '.join(going.unfinished)}", file=sys.stderr)
        return 1
    return 0


def _lines_of(file: Path) -> dict[str, str]:
    """The lines of a list by the pages' names, where there is one."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
    return {found[1]: line for line in lines if (found := NAMED.search(line))}


def _forget(folder: Path, names: set[str]) -> None:
    """Pictures of pages that there are no more."""
    for name in names:
        for width in WIDTHS:
            (folder / f"{name}-{width}.png").unlink(missing_ok=True)


def _line(seen: Seen) -> str:
    pictures = ", ".join(f"[{width}]({seen.name}-{width}.png)" for width in reversed(WIDTHS))
    return f"| {seen.title} | {seen.who} | {pictures} |\n"


def _take(page: Page, size: tuple[int, int], file: Path) -> None:
    """One picture of the whole page at a width, in few colours."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    wide, high = page.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollHeight]")
    page.screenshot(path=file, full_page=True, clip={"x": 0, "y": 0, "width": wide, "height": min(high, HIGHEST)})
    from PIL import Image

    with Image.open(file) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(file, optimize=True)


@contextmanager
def demonstration() -> Iterator[tuple[str, str]]:
    """A demonstration in a home of its own until the block ends: its address, and the password of its sign-ins."""
    port = web.any_free("127.0.0.1")
    with tempfile.TemporaryDirectory(prefix="daras-pictures-", ignore_cleanup_errors=True) as home:
        environment = os.environ | {"DARAS_HOME": home, "DARAS_NOW": NOW}
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DARAS_MAILBOX"):
            environment.pop(name, None)
        command = [sys.executable, "-m", "daras.cli", "demo", "--port", str(port)]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                yield f"http://127.0.0.1:{port}", _password_said(process.stdout)
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
