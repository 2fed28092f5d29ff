"""Bringing a database to the present schema: by its owner, and only when something has changed."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from daras.home import Addresses

SOURCE = Path(__file__).resolve().parents[1]
REQUIREMENTS = SOURCE.parents[1] / "requirements" / "base.txt"
PATTERNS = ("*/migrations/*.py", "**/*.sql", "access/policies.py", "settings.py")


def digest() -> str:
    """Changes whenever the schema may have changed: with any migration, SQL file, policy or installed package."""
    content = hashlib.sha256(REQUIREMENTS.read_bytes())
    for path in sorted({path for pattern in PATTERNS for path in SOURCE.glob(pattern)}):
        content.update(str(path.relative_to(SOURCE)).encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()


class MigrationFault(Exception):
    """The schema could not be brought up to date; the message is what the migration said."""


def migrate(addresses: Addresses) -> None:
    """Apply what is outstanding, as the owner, then install what every database holds. Raises MigrationFault."""
    environment = os.environ | addresses.environment()
    environment |= {"DJANGO_SETTINGS_MODULE": "daras.settings", "PYTHONPATH": str(SOURCE.parent)}
    environment.pop("DARAS_NOW", None)
    _django(["migrate", "--database", "owner", "--no-input", "--skip-checks", "--verbosity", "0"], environment)
    _django(["install", "--skip-checks"], environment)


def _django(arguments: list[str], environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "django", *arguments]
    answer = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        raise MigrationFault(answer.stderr.strip() or answer.stdout.strip())
