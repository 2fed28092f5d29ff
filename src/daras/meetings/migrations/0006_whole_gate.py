"""The gate of what a whole discussion holds beside its first tables."""

from django.db import migrations

from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("challenges", "0002_gate"), ("meetings", "0005_whole")]

    operations = [
        protect(f"meetings_{table}", append_only=True)
        for table in (
            "accountplanned",
            "advicerecorded",
            "childcontacted",
            "conflictkept",
            "discussionaskedfor",
            "discussiondeclined",
            "feedbackacknowledged",
            "feedbackgiven",
            "identityanswered",
            "identityasked",
            "medicalreported",
        )
    ]
