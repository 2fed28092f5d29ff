"""People who search look keys up themselves, each only those of records that are theirs to see."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import SIGHT

KEYS_MAY_BE_LOOKED_UP = f"""
GRANT SELECT ON matching_key TO daras_application;
CREATE POLICY matching_key_sight ON matching_key TO daras_application USING ({SIGHT.format(audience="audience_id")});
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0002_gate")]

    operations = [
        migrations.RunSQL(
            KEYS_MAY_BE_LOOKED_UP,
            "DROP POLICY matching_key_sight ON matching_key; REVOKE SELECT ON matching_key FROM daras_application;",
        )
    ]
