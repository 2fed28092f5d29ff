"""Rows are put under the audience of something protected, or back: what they say stays as it is (ADR 0024)."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from daras.access.migrating import Together
from daras.access.policies import open_table

MOVE = r"""
-- Rows of a protected table with one of these keys go from one audience to another, and the former one is kept.
CREATE FUNCTION access.move(
    mark bigint, of_table text, of_column text, keys bigint[], former bigint, target bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE moved bigint;
BEGIN
    IF of_table LIKE 'access\\_%' THEN
        RAISE EXCEPTION 'the gate''s own rows are never moved' USING ERRCODE = 'restrict_violation';
    END IF;
    EXECUTE format(
        'INSERT INTO access_audiencemove (mark_id, table_name, column_name, row_key, former_id, audience_id, moved_at)'
        ' SELECT DISTINCT $1, %L, %L, %I::bigint, $3, $4, access.present() FROM %I'
        ' WHERE %I = ANY($2) AND audience_id = $3', of_table, of_column, of_column, of_table, of_column)
    USING mark, keys, former, target;
    PERFORM set_config('daras.moving', 'on', true);
    EXECUTE format('UPDATE %I SET audience_id = $3 WHERE %I = ANY($1) AND audience_id = $2', of_table, of_column)
    USING keys, former, target;
    GET DIAGNOSTICS moved = ROW_COUNT;
    PERFORM set_config('daras.moving', '', true);
    RETURN moved;
END
$$;
REVOKE EXECUTE ON FUNCTION access.move(bigint, text, text, bigint[], bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access.move(bigint, text, text, bigint[], bigint, bigint) TO daras_machine;
"""

COVERT = """
-- What a covert team looks at is for the custodians of its own agency, whoever writes the entry; a look at somebody
-- protected for whoever keeps them.
CREATE FUNCTION access.keep_covert() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    covert bigint;
    kept bigint;
BEGIN
    SELECT hidden.scope_id INTO covert FROM access_worker worker
    JOIN access_covertteam hidden ON hidden.agency = worker.agency AND hidden.team = worker.team
    WHERE worker.slug = NEW.actor;
    IF covert IS NOT NULL THEN
        NEW.audience_id := covert << 32;
    ELSIF NEW.person_id IS NOT NULL THEN
        SELECT member.audience_id INTO kept FROM people_recordperson member
        WHERE member.person_id = NEW.person_id AND (member.audience_id >> 32) = 32767 LIMIT 1;
        NEW.audience_id := coalesce(kept, NEW.audience_id);
    END IF;
    RETURN NEW;
END
$$;
REVOKE EXECUTE ON FUNCTION access.keep_covert() FROM PUBLIC;
CREATE TRIGGER access_trailentry_covert BEFORE INSERT ON access_trailentry
FOR EACH ROW EXECUTE FUNCTION access.keep_covert();
"""

INVOLVEMENT = """
-- Why whoever is looking sees what has these audiences: the scope they stand in, or the reason of what was given; and
-- the scope of each.
CREATE FUNCTION access.involvement(asked bigint[]) RETURNS TABLE (audience_id bigint, why text, scope text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT DISTINCT ON (each.id) each.id, coalesce(scope.slug, given.reason), whose.slug
    FROM unnest(asked) AS each(id)
    JOIN access_standingscope whose ON whose.id = each.id >> 32
    LEFT JOIN access_standingscope scope ON scope.id = each.id >> 32 AND scope.id = ANY (access.scopes())
    LEFT JOIN access_worker worker ON worker.id = nullif(current_setting('daras.worker', true), '')::bigint
    LEFT JOIN access_grant given ON given.audience_id = each.id AND given.agency = worker.agency
        AND given.team IN ('', worker.team) AND given.role IN ('', worker.role)
        AND (given.worker_id IS NULL OR given.worker_id = worker.id)
    WHERE scope.id IS NOT NULL OR each.id = ANY (access.audiences())
    ORDER BY each.id, scope.slug NULLS LAST, given.id DESC
$$;
REVOKE EXECUTE ON FUNCTION access.involvement(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access.involvement(bigint[]) TO daras_application;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0004_attempts")]

    operations = [
        Together(
            migrations.CreateModel(
                name="AudienceMove",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("mark_id", models.BigIntegerField(db_index=True)),
                    ("table_name", models.CharField(max_length=63)),
                    ("column_name", models.CharField(max_length=63)),
                    ("row_key", models.BigIntegerField()),
                    ("former_id", models.BigIntegerField()),
                    ("audience_id", models.BigIntegerField()),
                    ("moved_at", models.DateTimeField()),
                ],
            ),
        ),
        open_table("access_audiencemove", application=(), append_only=True),
        migrations.RunSQL(MOVE, "DROP FUNCTION access.move(bigint, text, text, bigint[], bigint, bigint);"),
        Together(
            migrations.CreateModel(
                name="CovertTeam",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("agency", models.SlugField(max_length=80)),
                    ("team", models.SlugField(max_length=80)),
                    (
                        "scope",
                        models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.standingscope"),
                    ),
                ],
                options={
                    "constraints": [models.UniqueConstraint(fields=("agency", "team"), name="one_covert_team")],
                },
            ),
            migrations.CreateModel(
                name="WorkerHome",
                fields=[
                    (
                        "worker",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            serialize=False,
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("postcode", models.CharField(max_length=10)),
                ],
            ),
        ),
        open_table("access_covertteam", machine=("SELECT", "INSERT", "DELETE")),
        open_table("access_workerhome", application=(), machine=("SELECT", "INSERT", "UPDATE", "DELETE")),
        migrations.RunSQL(COVERT, migrations.RunSQL.noop),
        migrations.RunSQL(INVOLVEMENT, "DROP FUNCTION access.involvement(bigint[]);"),
    ]
