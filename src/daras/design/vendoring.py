"""Refresh the vendored browser assets from unpacked packages: `python -m daras.design.vendoring FOLDER`.

FOLDER holds the unpacked npm packages `govuk-frontend` and `@ministryofjustice/frontend` (as `govuk-frontend-<version>`
and `ministryofjustice-frontend-<version>`); htmx is taken from the installed django-htmx. Only what a page serves is
copied. The government's crest and typeface are left out: Daras is not a GOV.UK service and may not use them.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import sys
from importlib import resources
from pathlib import Path

VENDOR = Path(__file__).parent / "static" / "daras" / "vendor"
SOURCE_MAP = re.compile(r"\s*(/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S+)\s*$")
FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
CREST = re.compile(r"[a-z-]+:[^;{}]*govuk-crest\.svg[^;{}]*;?")
PROPERTIES = re.compile(r":root\{--govuk[^}]*\}")
ASSET = re.compile(r"url\(/assets/images/([^)]+)\)")


def _version(package: Path) -> str:
    return str(json.loads((package / "package.json").read_text("utf-8"))["version"])


def _without_source_map(text: str) -> str:
    return SOURCE_MAP.sub("\n", text)


def clean_css(text: str) -> str:
    """Our own type, relative addresses, no crest, no map; what the browser would otherwise fetch and not find."""
    text = _without_source_map(text)
    text = FONT_FACE.sub("", text)
    text = CREST.sub("", text)
    text = re.sub(r'font-family:"?GDS Transport"?,\s*arial,\s*sans-serif', "font-family:var(--daras-font)", text)
    return ASSET.sub(r"url(images/\1)", text)


def vendor_govuk(package: Path) -> None:
    """The design system's stylesheet and module, in a folder named by version: browsers may keep it for ever."""
    target = VENDOR / f"govuk-frontend-{_version(package)}"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    dist = package / "dist" / "govuk"
    css = clean_css((dist / "govuk-frontend.min.css").read_text("utf-8"))
    (target / "govuk-frontend.min.css").write_text(css, "utf-8")
    script = (dist / "govuk-frontend.min.js").read_text("utf-8")
    (target / "govuk-frontend.min.js").write_text(_without_source_map(script), "utf-8")


def vendor_moj(package: Path) -> None:
    """The casework components. Their copy of the design system's custom properties would overrule the newer."""
    target = VENDOR / f"moj-frontend-{_version(package)}"
    shutil.rmtree(target, ignore_errors=True)
    (target / "images").mkdir(parents=True)
    source = package / "moj"
    css = PROPERTIES.sub("", clean_css((source / "moj-frontend.min.css").read_text("utf-8")))
    (target / "moj-frontend.min.css").write_text(css, "utf-8")
    script = (source / "moj-frontend.min.js").read_text("utf-8")
    (target / "moj-frontend.min.js").write_text(_without_source_map(script), "utf-8")
    for image in sorted(set(re.findall(r"url\(images/([^)]+)\)", css))):
        shutil.copyfile(source / "assets" / "images" / image, target / "images" / image)


def vendor_htmx() -> None:
    """htmx 2 as django-htmx ships it (version 4 is a different library)."""
    source = resources.files("django_htmx") / "static" / "django_htmx" / "htmx-2.min.js"
    text = source.read_text("utf-8")
    found = re.search(r'version:"(2\.[0-9.]+)"', text)
    if found is None:
        raise SystemExit("django-htmx no longer ships htmx 2: look before you replace it.")
    target = VENDOR / f"htmx-{found[1]}"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    (target / "htmx.min.js").write_text(_without_source_map(text), "utf-8")


def main(arguments: list[str]) -> int:
    """Vendor everything from the folder named."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    vendor_govuk(next(folder.glob("govuk-frontend-*/")))
    vendor_moj(next(folder.glob("ministryofjustice-frontend-*/")))
    vendor_htmx()
    for path in sorted(VENDOR.rglob("*.min.*")):
        # The server sends these instead: nobody builds anything before serving. No time in them, so they compare equal.
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
