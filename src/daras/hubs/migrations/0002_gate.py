"""Open afternoons hold workers and no child; only the machine writes them."""

from django.db import migrations

from daras.access.policies import open_table


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("hubs", "0001_initial")]

    operations = [
        open_table("hubs_openafternoon", machine=("SELECT", "INSERT", "UPDATE")),
        open_table("hubs_booking", machine=("SELECT", "INSERT", "UPDATE")),
    ]
