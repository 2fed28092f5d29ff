"""Forecasts hold numbers of nobody; only the machine writes them."""

from django.db import migrations

from daras.access.policies import open_table


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("services", "0001_initial")]

    operations = [open_table("services_forecastrun", machine=("SELECT", "INSERT", "UPDATE"))]
