"""Since when and until when somebody works in which team: kept by the database, whoever changes the worker (I10)."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from daras.access.migrating import Together
from daras.access.policies import open_table

POSTS = r"""
CREATE FUNCTION access.keep_post() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.agency, NEW.team, NEW.role, NEW.is_active)
        IS NOT DISTINCT FROM (OLD.agency, OLD.team, OLD.role, OLD.is_active) THEN
        RETURN NULL;
    END IF;
    UPDATE access_post SET until = greatest(since, access.present()) WHERE worker_id = NEW.id AND until IS NULL;
    IF NEW.is_active THEN
        INSERT INTO access_post (worker_id, agency, team, role, since)
        VALUES (NEW.id, NEW.agency, NEW.team, NEW.role, access.present());
    END IF;
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION access.keep_post() FROM PUBLIC;
CREATE TRIGGER access_worker_post AFTER INSERT OR UPDATE OF agency, team, role, is_active ON access_worker
FOR EACH ROW EXECUTE FUNCTION access.keep_post();

-- Whoever works here already: since they were last added or moved, as the trail says; else since now.
INSERT INTO access_post (worker_id, agency, team, role, since)
SELECT worker.id, worker.agency, worker.team, worker.role, coalesce((
    SELECT max(trail.at) FROM access_trailentry trail
    WHERE trail.action = 'change' AND trail.subject_kind = 'worker' AND trail.subject_id = worker.slug
      AND (trail.reason LIKE 'added as %' OR trail.reason LIKE 'moved to %')), access.present())
FROM access_worker worker WHERE worker.is_active;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0015_apart_from_advice")]

    operations = [
        Together(
            migrations.CreateModel(
                name="Post",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("agency", models.SlugField(db_index=False, max_length=80)),
                    ("team", models.SlugField(blank=True, db_index=False, max_length=80)),
                    ("role", models.SlugField(db_index=False, max_length=60)),
                    ("since", models.DateTimeField()),
                    ("until", models.DateTimeField(blank=True, null=True)),
                    (
                        "worker",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="access.worker"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("until__isnull", True)), fields=("worker",), name="one_post_at_a_time"
                        )
                    ],
                },
            ),
        ),
        open_table("access_post", application=(), machine=("SELECT",)),
        migrations.RunSQL(POSTS, migrations.RunSQL.noop),
    ]
