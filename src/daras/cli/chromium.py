"""The browser for the tests of pages: named, found, or (on Debian, as root) installed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

#: The one without a screen first: it draws the same pages in half the time.
NAMES = ("chromium-headless-shell", "chromium", "google-chrome-stable", "google-chrome", "chromium-browser")
STUB_BYTES = 10_000
APT_GET = ("apt-get", "-o", "Acquire::Retries=2")
_INSTALL = ("install", "-y", "-qq", "--no-install-recommends")
_FONTS = "fonts-dejavu-core"


def path(environment: Mapping[str, str]) -> str | None:
    """`$DARAS_CHROMIUM`, else a browser of this machine; None where there is none."""
    named = environment.get("DARAS_CHROMIUM")
    if named:
        return shutil.which(named)
    for name in NAMES:
        found = shutil.which(name)
        # Ubuntu's package is a stub that asks for a snap.
        if found and "/snap/" not in str(Path(found).resolve()) and not _is_snap_stub(Path(found)):
            return found
    return None


def install() -> bool:
    """Install Debian's package where that is possible without asking anybody; whether it was tried."""
    if os.geteuid() != 0 or not shutil.which("apt-get") or not _is_debian():
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], *([*_INSTALL, name, _FONTS] for name in NAMES[:2])):
        done = subprocess.run(
            [*APT_GET, *command], env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False
        )
        if command[0] == "install" and done.returncode == 0:
            break
    return True


def _is_debian() -> bool:
    try:
        return "\nID=debian" in "\n" + Path("/etc/os-release").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


def _is_snap_stub(program: Path) -> bool:
    if program.stat().st_size > STUB_BYTES:
        return False
    text = program.read_bytes()
    return text.startswith(b"#!") and b"snap" in text
