"""The gate of what is challenged."""

from django.db import migrations

from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("challenges", "0001_initial")]

    operations = [
        protect("challenges_decisionchallenged", append_only=True),
        protect("challenges_challengeanswered", append_only=True),
    ]
