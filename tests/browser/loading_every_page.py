"""Loads what every address of the site speaks of: `python -m tests.browser.loading_every_page`.

Prints the references by what they are of, and a session for each who looks, as JSON.
"""

from __future__ import annotations

import json

import django


def main() -> int:
    """The setting that the bench measures the addresses in, without its county: one story says what each is about."""
    django.setup()
    from daras.bench import pages_setting

    setting = pages_setting.everything(0, 1)
    sessions = {who: pages_setting.session_of(worker) for who, worker in setting.workers.items()}
    print(json.dumps({"references": dict(setting.stories[0]), "sessions": sessions}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
