"""The gate of flags."""

from django.db import migrations

from daras.access.policies import protect

FACTS = ("flagraised", "flagreason", "flagreviewed", "flagpublished", "flagreported", "flagstray")


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("flags", "0001_initial")]

    operations = [protect(f"flags_{name}", append_only=True) for name in FACTS]
