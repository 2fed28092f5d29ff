"""Where attempts are counted for every web process (`daras.access.attempts`)."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import open_table

TABLE = """
CREATE TABLE access_attempts (
    key char(64) PRIMARY KEY,
    value text NOT NULL,
    ends double precision NOT NULL
);
CREATE INDEX access_attempts_ends ON access_attempts (ends);
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0003_roles_that_see_children")]

    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE access_attempts;"),
        open_table("access_attempts", application=("SELECT", "INSERT", "UPDATE", "DELETE"), machine=()),
    ]
