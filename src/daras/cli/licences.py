"""What we build on may be used under MIT: every locked package's licence is looked at.

`python -m daras.cli.licences` prints each package that is not known to be fine, and ends with 1 if there is one.
"""

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[3] / "requirements"
# What is installed with the product; the tools that only check it may have any licence.
LOCKS = ("base.txt",)

# What states its licence in its own files only, and which.
IN_ITS_FILES = {"ciw": "MIT"}

# Permissive, or (LGPL, MPL) binding only changes to the package itself.
FINE = re.compile(
    r"\b(MIT|MIT-0|BSD|0BSD|ISC|Apache|PSF|Python Software Foundation|Unlicense|Zlib|HPND|CNRI"
    r"|MPL|Mozilla|LGPL|Lesser General Public|CC0|PostgreSQL)\b",
    re.IGNORECASE,
)
COPYLEFT = re.compile(r"\b(A?GPL|GNU (Affero )?General Public)\b", re.IGNORECASE)


def locked_packages(lock: Path) -> list[str]:
    """The names that a lock pins."""
    return re.findall(r"^([A-Za-z0-9._-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE)


def stated_licence(package: str) -> str | None:
    """What the installed package says of its licence; None where it is not installed on this Python."""
    try:
        details = metadata(package)
    except PackageNotFoundError:
        return None
    fields = (details[name] for name in ("License-Expression", "License") if name in details)
    stated = [value.split("\n")[0] for value in fields]
    stated += [value for value in details.get_all("Classifier") or [] if value.startswith("License ::")]
    return "; ".join(value for value in stated if value) or IN_ITS_FILES.get(package, "")


def unfit(licence: str) -> bool:
    """Whether a licence is copyleft for those who use it, or not known to be permissive."""
    alternatives = re.split(r"\bOR\b|;", licence)
    return not any(FINE.search(one) and not COPYLEFT.search(one) for one in alternatives)


def main() -> int:
    """Print what does not fit."""
    found = 0
    for lock in LOCKS:
        for package in locked_packages(REQUIREMENTS / lock):
            licence = stated_licence(package)
            if licence is not None and unfit(licence):
                print(f"{package}: {licence or 'states no licence'}")
                found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
