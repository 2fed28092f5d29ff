"""`python -m daras.worker`: the process beside the web server that delivers, chases and seals."""

import asyncio
import os


def main() -> None:
    """Work until asked to end."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daras.settings")
    import django

    django.setup()
    from daras.worker.running import resident_megabytes, run, say

    asyncio.run(run())
    say(f"ended, {resident_megabytes():.0f} MB")


if __name__ == "__main__":
    main()
