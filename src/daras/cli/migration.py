"""Bringing a database to the present schema: by its owner, and only when something has changed."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from daras.home import Addresses

SOURCE = Path(__file__).resolve().parents[1]
PACKS = SOURCE.parents[1] / "practice"
REQUIREMENTS = SOURCE.parents[1] / "requirements" / "base.txt"
PATTERNS = ("*/migrations/*.py", "**/*.sql", "access/policies.py", "settings.py")


def digest() -> str:
    """Changes whenever the schema may have changed: with any migration, SQL file, policy or installed package."""
    content = hashlib.sha256(REQUIREMENTS.read_bytes())
    for path in sorted({path for pattern in PATTERNS for path in SOURCE.glob(pattern)}):
        content.update(str(path.relative_to(SOURCE)).encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()


class MigrationFault(Exception):
    """The database could not be brought up to date; the message is what the migration said."""


def packs_digest() -> str:
    """Changes whenever the directory of agencies, or anything else in the packs, does."""
    content = hashlib.sha256()
    for path in sorted(PACKS.glob("**/*.toml")):
        content.update(str(path.relative_to(PACKS)).encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()


def migrate(addresses: Addresses) -> None:
    """Apply what is outstanding, as the owner, in a process of its own. Raises MigrationFault."""
    _manage(addresses, "migrate", "--database", "owner", "--no-input", "--verbosity", "0")


def install(addresses: Addresses) -> None:
    """Bring standing scopes and receivers in step with the directory. Raises MigrationFault."""
    _manage(addresses, "install")


def _manage(addresses: Addresses, *arguments: str) -> None:
    environment = os.environ | addresses.environment()
    environment |= {"DJANGO_SETTINGS_MODULE": "daras.settings", "PYTHONPATH": str(SOURCE.parent)}
    environment.pop("DARAS_NOW", None)
    answer = subprocess.run(
        [sys.executable, "-m", "django", *arguments, "--skip-checks"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        raise MigrationFault(answer.stderr.strip() or answer.stdout.strip())
