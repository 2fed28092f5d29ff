"""What proves who somebody is belongs to workers, and is about no child; secrets in it lie under keys outside."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import open_table

TIED = """
-- The sign-in framework writes the whole row at each sign-in. Who is tied to what never changes by it.
CREATE FUNCTION access.keep_tied() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.provider, NEW.uid, NEW.user_id) IS DISTINCT FROM (OLD.provider, OLD.uid, OLD.user_id) THEN
        RAISE EXCEPTION 'who is tied to what is never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
REVOKE EXECUTE ON FUNCTION access.keep_tied() FROM PUBLIC;
CREATE TRIGGER socialaccount_socialaccount_tied BEFORE UPDATE ON socialaccount_socialaccount
FOR EACH ROW EXECUTE FUNCTION access.keep_tied();
"""


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
            application=("SELECT", "UPDATE"),
            machine=("SELECT", "INSERT", "DELETE"),
        ),
        migrations.RunSQL(TIED, "DROP FUNCTION access.keep_tied() CASCADE;"),
        open_table("socialaccount_socialapp"),
        open_table("socialaccount_socialtoken", application=()),
    ]
