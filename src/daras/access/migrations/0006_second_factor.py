"""What proves who somebody is belongs to workers, and is about no child; secrets in it lie under keys outside."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import open_table


class Migration(migrations.Migration):
    dependencies = [("access", "0005_protected"), ("mfa", "__latest__"), ("socialaccount", "__latest__")]

    operations = [
        open_table(
            "mfa_authenticator",
            application=("SELECT", "INSERT", "UPDATE", "DELETE"),
            machine=("SELECT", "UPDATE", "DELETE"),
        ),
        open_table(
            "socialaccount_socialaccount",
            application=("SELECT", "UPDATE (extra_data, last_login)"),
            machine=("SELECT", "INSERT", "DELETE"),
        ),
        open_table("socialaccount_socialapp"),
        open_table("socialaccount_socialtoken", application=()),
    ]
