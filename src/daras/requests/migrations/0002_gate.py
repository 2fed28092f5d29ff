"""The gate of requests."""

from django.db import migrations

from daras.access.policies import protect

FACTS = (
    "requestmade",
    "requestacknowledged",
    "requestaskedback",
    "requestsaidmore",
    "requestanswered",
    "requestdeclined",
    "requestchased",
    "requestescalated",
    "requestwithdrawn",
    "requestallocated",
    "requesttold",
)


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("requests", "0001_initial")]

    operations = [
        *(protect(f"requests_{name}", append_only=True) for name in FACTS),
        protect("requests_requeststate", machine=("SELECT", "INSERT", "UPDATE")),
    ]
