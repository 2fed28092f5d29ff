"""Where a worker is signed in is the worker's own to see, and about no child."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import open_table


class Migration(migrations.Migration):
    dependencies = [("access", "0009_reseal"), ("usersessions", "__latest__")]

    operations = [
        open_table(
            "usersessions_usersession",
            application=("SELECT", "INSERT", "UPDATE", "DELETE"),
            machine=("SELECT", "DELETE"),
        ),
    ]
