"""Every table of this layer behind the gate."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("safety", "0001_initial")]

    operations = [
        protect("safety_protectionrecorded", append_only=True),
        protect("safety_protectionsettled", append_only=True),
        protect("safety_analysisrecorded", append_only=True),
        protect("safety_handedover", append_only=True),
        protect("safety_handoveraccepted", append_only=True),
    ]
