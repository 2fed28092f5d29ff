"""The gate of what is taken up the ladder."""

from django.db import migrations

from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("challenges", "0003_ladder")]

    operations = [protect("challenges_challengeraised", append_only=True)]
