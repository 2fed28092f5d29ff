"""What ties people, read through one door: rows already checked for whoever is looking.

Under row-level security the planner cannot know how many rows an audience leaves, and reads the whole ledger to find
the names of a thousand people. These functions read as their owner, by index from the people asked about, compare every
row with the reader's audiences as the policies do, and keep that plan at any size.
"""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import PROTECTED_SCOPE

_PINNED = (
    "STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
    " SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan"
)


def _seen(*rows: str) -> str:
    """Whether the reader may see all of these rows: a person theirs, the machine all that is not protected. What either
    stands in is asked once for a call, not once for every table. Whoever is kept apart from a matter sees none of it
    here either (A17)."""
    return " AND ".join(
        f"(apart = '' OR access.hidden_apart({_matter_of(row)}, {row}.audience_id) <> 1)"
        f" AND (CASE WHEN every THEN ({row}.audience_id >> 32) <> {PROTECTED_SCOPE}"
        f" ELSE ({row}.audience_id >> 32) = ANY (standing) END"
        f" OR {row}.audience_id IN (SELECT unnest(given)))"
        for row in rows
    )


def _matter_of(row: str) -> str:
    """Headers of facts say of which matter they are."""
    return f"{row}.matter_id" if row in {"fact", "newer"} else "NULL"


#: As `daras.ledger.reading.STANDING`, for whoever is looking.
_STANDING = f"""(moment IS NULL OR fact.recorded_at <= moment) AND NOT EXISTS (
        SELECT FROM ledger_fact newer WHERE newer.supersedes_id = fact.id
        AND (moment IS NULL OR newer.recorded_at <= moment) AND {_seen("newer")})"""


def _function(name: str, arguments: str, returns: str, query: str) -> str:
    signature = ", ".join(part.split()[1] for part in arguments.split(", "))
    return f"""
CREATE OR REPLACE FUNCTION access.{name}({arguments}) RETURNS TABLE ({returns}) LANGUAGE plpgsql {_PINNED} AS $$
#variable_conflict use_column
DECLARE
    apart text := access.apart();
    every boolean := current_setting('role') = 'daras_machine';
    standing bigint[] := CASE WHEN NOT every THEN access.scopes() END;
    given bigint[] := CASE WHEN every THEN access.kept() ELSE access.audiences() END;
BEGIN
    RETURN QUERY {query};
END $$;
REVOKE EXECUTE ON FUNCTION access.{name}({signature}) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access.{name}({signature}) TO daras_application, daras_machine;
"""


#: A relationship that several agencies state alike comes back once. With `kinds`, only those relations.
TIES = _function(
    "network_ties",
    "asked bigint[], kinds text[], moment timestamptz",
    "starting bigint, ending bigint, said varchar, beginning date, finish date, readers bigint",
    f"""
    SELECT told.first, told.second, told.relation, told.since, told.until, min(told.audience_id) FROM (
        SELECT mine.person_id AS first, theirs.person_id AS second, tie.relation, tie.since, tie.until, tie.audience_id
        FROM unnest(asked) AS person(id)
        JOIN people_recordperson mine ON mine.person_id = person.id
        JOIN ledger_fact fact ON fact.person_record_id = mine.record_id AND fact.kind = 'relationship'
        JOIN people_relationshipknown tie ON tie.fact_id = fact.id AND (kinds IS NULL OR tie.relation = ANY (kinds))
        JOIN people_recordperson theirs ON theirs.record_id = tie.other_record_id
        WHERE {_seen("mine", "fact", "tie", "theirs")} AND {_STANDING}
        UNION ALL
        SELECT theirs.person_id, mine.person_id, tie.relation, tie.since, tie.until, tie.audience_id
        FROM unnest(asked) AS person(id)
        JOIN people_recordperson mine ON mine.person_id = person.id
        JOIN people_relationshipknown tie
            ON tie.other_record_id = mine.record_id AND (kinds IS NULL OR tie.relation = ANY (kinds))
        JOIN ledger_fact fact ON fact.id = tie.fact_id AND fact.kind = 'relationship'
        JOIN people_recordperson theirs ON theirs.record_id = fact.person_record_id
        WHERE {_seen("mine", "fact", "tie", "theirs")} AND {_STANDING}
    ) AS told GROUP BY told.first, told.second, told.relation, told.since, told.until""",  # noqa: S608
)

#: Suspected and subject in one document: their facts stand in one matter and were recorded at one moment.
SUSPICIONS = _function(
    "network_suspicions",
    "asked bigint[], moment timestamptz",
    "suspected bigint, harmed bigint, readers bigint",
    f"""
    WITH mine AS (
        SELECT DISTINCT fact.matter_id FROM unnest(asked) AS person(id)
        JOIN people_recordperson who ON who.person_id = person.id
        JOIN ledger_fact fact ON fact.person_record_id = who.record_id AND fact.kind = 'person-in-matter'
        JOIN people_personinmatter detail ON detail.fact_id = fact.id AND detail.part IN ('subject', 'suspect')
        WHERE {_seen("who", "fact", "detail")}
    ), parts AS (
        SELECT fact.matter_id, fact.recorded_at, detail.part, who.person_id, detail.audience_id FROM mine
        JOIN ledger_fact fact ON fact.matter_id = mine.matter_id AND fact.kind = 'person-in-matter'
        JOIN people_personinmatter detail ON detail.fact_id = fact.id AND detail.part IN ('subject', 'suspect')
        JOIN people_recordperson who ON who.record_id = fact.person_record_id
        WHERE {_seen("who", "fact", "detail")} AND {_STANDING}
    )
    SELECT suspect.person_id, subject.person_id, suspect.audience_id FROM parts suspect
    JOIN parts subject ON subject.matter_id = suspect.matter_id AND subject.recorded_at = suspect.recorded_at
    WHERE suspect.part = 'suspect' AND subject.part = 'subject' AND suspect.person_id <> subject.person_id""",  # noqa: S608
)

#: The stays of these people, and of everybody at the same places that are not of many households.
STAYS = _function(
    "network_stays",
    "asked bigint[], places text[], moment timestamptz",
    "person bigint, place varchar, at_lines varchar[], at_town varchar, how varchar, beginning date, finish date,"
    " shared boolean, readers bigint",
    f"""
    WITH found AS (
        SELECT stay.place_key FROM unnest(asked) AS person(id)
        JOIN people_recordperson who ON who.person_id = person.id
        JOIN ledger_fact fact ON fact.person_record_id = who.record_id AND fact.kind = 'address-stay'
        JOIN people_addressstay stay ON stay.fact_id = fact.id AND NOT stay.many_households
        WHERE {_seen("who", "fact", "stay")} AND {_STANDING}
        UNION SELECT unnest(places)
    )
    SELECT who.person_id, stay.place_key, stay.lines, stay.town, stay.use, stay.since, stay.until,
           stay.many_households, stay.audience_id
    FROM found JOIN people_addressstay stay ON stay.place_key = found.place_key
    JOIN ledger_fact fact ON fact.id = stay.fact_id
    JOIN people_recordperson who ON who.record_id = fact.person_record_id
    WHERE {_seen("who", "fact", "stay")} AND {_STANDING}""",  # noqa: S608
)

#: The current name most records agree on, the longest known of those, as `people.queries.PersonKnown.name` chooses;
#: the sex, the birth date and the role as they were recorded last.
NAMES = _function(
    "network_names",
    "asked bigint[], moment timestamptz",
    "person bigint, given varchar, family varchar, born_as varchar, age_group varchar, born_on date",
    f"""
    SELECT person.id, called.given_name, called.family_name, born.sexes[1], born.roles[1], born.days[1]
    FROM unnest(asked) AS person(id)
    LEFT JOIN LATERAL (
        SELECT detail.given_name, detail.family_name FROM people_recordperson who
        JOIN ledger_fact fact ON fact.person_record_id = who.record_id AND fact.kind = 'name'
        JOIN people_nameknown detail ON detail.fact_id = fact.id
        WHERE who.person_id = person.id AND {_seen("who", "fact", "detail")} AND {_STANDING}
        GROUP BY detail.given_name, detail.family_name, detail.use = 'current'
        ORDER BY detail.use = 'current' DESC, count(*) DESC, min(fact.id) LIMIT 1
    ) AS called ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(detail.sex ORDER BY fact.id DESC) FILTER (WHERE detail.sex <> '') AS sexes,
            array_agg(detail.role ORDER BY fact.id DESC) AS roles,
            array_agg(detail.date_of_birth ORDER BY fact.id DESC) FILTER (WHERE detail.date_of_birth IS NOT NULL) AS days
        FROM people_recordperson who
        JOIN ledger_fact fact ON fact.person_record_id = who.record_id AND fact.kind = 'birth'
        JOIN people_birthknown detail ON detail.fact_id = fact.id
        WHERE who.person_id = person.id AND {_seen("who", "fact", "detail")} AND {_STANDING}
    ) AS born ON true""",  # noqa: S608
)

#: What risk people pose, or are said to pose, with the basis of it.
RISKS = _function(
    "network_risks",
    "asked bigint[], moment timestamptz",
    "person bigint, told varchar, on_what varchar, readers bigint",
    f"""
    SELECT person.id, detail.status, detail.basis, detail.audience_id FROM unnest(asked) AS person(id)
    JOIN people_recordperson who ON who.person_id = person.id
    JOIN ledger_fact fact ON fact.person_record_id = who.record_id AND fact.kind = 'poses-risk'
    JOIN people_posesriskknown detail ON detail.fact_id = fact.id
    WHERE {_seen("who", "fact", "detail")} AND {_STANDING}
    ORDER BY person.id, fact.id DESC""",  # noqa: S608
)

_GONE = """
DROP FUNCTION access.network_risks(bigint[], timestamptz);
DROP FUNCTION access.network_ties(bigint[], text[], timestamptz);
DROP FUNCTION access.network_suspicions(bigint[], timestamptz);
DROP FUNCTION access.network_stays(bigint[], text[], timestamptz);
DROP FUNCTION access.network_names(bigint[], timestamptz);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0002_gate"), ("ledger", "0002_gate"), ("people", "0002_gate")]

    operations = [migrations.RunSQL(TIES + SUSPICIONS + STAYS + NAMES + RISKS, _GONE)]
