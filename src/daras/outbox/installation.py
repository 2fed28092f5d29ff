"""Every agency is reached at least on its page."""

from __future__ import annotations

from daras.agencies import Directory
from daras.outbox.models import Receiver


def install(directory: Directory) -> None:
    """A page receiver for each agency that has none. Safe to run again. Runs under the machine role."""
    known = set(Receiver.objects.filter(channel=Receiver.Channel.PAGE, team="").values_list("agency", flat=True))
    Receiver.objects.bulk_create(
        [Receiver(agency=agency, channel=Receiver.Channel.PAGE) for agency in sorted(set(directory.agencies) - known)]
    )
