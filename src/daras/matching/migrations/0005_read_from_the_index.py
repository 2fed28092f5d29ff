"""The gate's column beside the key it guards: what stands under a key is read from the index alone, newest first and no
further than is asked for. Without it every row of a common name was fetched from the table for each question."""

from __future__ import annotations

from django.db import migrations

COVERING = """
ALTER TABLE matching_key DROP CONSTRAINT matching_key_pkey;
ALTER TABLE matching_key ADD CONSTRAINT matching_key_pkey PRIMARY KEY (key, record_id) INCLUDE (audience_id);
"""
BARE = """
ALTER TABLE matching_key DROP CONSTRAINT matching_key_pkey;
ALTER TABLE matching_key ADD CONSTRAINT matching_key_pkey PRIMARY KEY (key, record_id);
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0004_generation")]

    operations = [migrations.RunSQL(COVERING, BARE)]
