"""Every table of this layer behind the gate."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("frontdoor", "0001_initial")]

    operations = [
        protect("frontdoor_document", append_only=True),
        protect("frontdoor_quarantined", append_only=True),
        protect("frontdoor_referralreceived", append_only=True),
        protect("frontdoor_wordswithheld", append_only=True),
        protect("frontdoor_concernreported", append_only=True),
        protect("frontdoor_voicerecorded", append_only=True),
        protect("frontdoor_safenowrecorded", append_only=True),
        protect("frontdoor_qualitychecked", append_only=True),
        protect("frontdoor_indicatormet", append_only=True),
        protect("frontdoor_thresholdsuggested", append_only=True),
        protect("frontdoor_agencytoinvite", append_only=True),
    ]
