"""JSON for whoever reads standard output: one document, in UTF-8 whatever stands in it."""

from __future__ import annotations

import json
import sys


def print_json(document: object) -> None:
    """Print it. A file's name may hold bytes that are no text: then everything beyond ASCII is written as escapes, so
    that it is JSON all the same."""
    text = json.dumps(document, ensure_ascii=False, indent=1)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = json.dumps(document, indent=1)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
