"""How a refused document is mended stands beside what is wrong with it (A1)."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("frontdoor", "0006_known_and_managed")]

    operations = [
        migrations.AddField(model_name="quarantined", name="remedy", field=models.TextField(default="")),
    ]
