"""A county for the network alone: people in households and ten stated relationships a person, made by the database.

Denser than life on purpose: everybody has grandparents, friends and contacts, and two agencies state each. A household
is a couple and two children; one first child in seven has another father, who lives elsewhere; one couple in nine has
parted; one household in twenty lives in a block of flats, one in fifty in a refuge. Six adults in a thousand pose an
established risk. Every fiftieth relationship is for eyes that nobody of the front door has.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from daras.exchange.county.bare import bare
from daras.exchange.county.rows import COLUMNS, KEYS

AGENCIES = ("cornwall-childrens-services", "royal-cornwall-hospitals")

#: Every record: person p at agency k, with its number r; and every relationship once, numbered.
_MADE = (
    """
CREATE UNLOGGED TABLE bench_record AS
SELECT p, k, k * %(people)s::bigint + p AS r, (p - 1) / 4 AS h, (p - 1) %% 4 AS part,
       (ARRAY[%(first)s, %(second)s]::bigint[])[k + 1] AS audience,
       (ARRAY[%(one)s, %(other)s])[k + 1] AS agency
FROM generate_series(1, %(people)s) AS p CROSS JOIN generate_series(0, 1) AS k
""",
    """
CREATE UNLOGGED TABLE bench_tie AS
WITH size AS (SELECT %(people)s / 4 AS homes),
home AS (
  SELECT h, 4 * h + 1 AS f, 4 * h + 2 AS m, 4 * h + 3 AS a, 4 * h + 4 AS b, homes,
         4 * ((h * 31::bigint + 7) %% homes) AS his, 4 * ((h * 37::bigint + 11) %% homes) AS hers
  FROM size, generate_series(0, homes - 1) AS h
)
SELECT row_number() OVER () AS n, every.* FROM (
  SELECT CASE WHEN h %% 7 = 3 THEN 4 * ((h + 11) %% homes) + 1 ELSE f END AS s, a AS e, 'father' AS relation,
         NULL::date AS since, NULL::date AS until FROM home
  UNION ALL SELECT f, b, 'father', NULL, NULL FROM home
  UNION ALL SELECT m, a, 'mother', NULL, NULL FROM home
  UNION ALL SELECT m, b, 'mother', NULL, NULL FROM home
  UNION ALL SELECT f, m, 'partner', date '2009-03-01', CASE WHEN h %% 9 = 4 THEN date '2021-06-30' END FROM home
  UNION ALL SELECT his + 1, f, 'father', NULL, NULL FROM home
  UNION ALL SELECT his + 2, f, 'mother', NULL, NULL FROM home
  UNION ALL SELECT hers + 1, m, 'father', NULL, NULL FROM home
  UNION ALL SELECT hers + 2, m, 'mother', NULL, NULL FROM home
  UNION ALL SELECT hers + 2, a, 'grandmother', NULL, NULL FROM home
  UNION ALL SELECT hers + 2, b, 'grandmother', NULL, NULL FROM home
  UNION ALL SELECT f, 4 * ((h + 3) %% homes) + 1, 'friend', NULL, NULL FROM home
  UNION ALL SELECT m, 4 * ((h + 5) %% homes) + 2, 'friend', date '2015-01-01', NULL FROM home
  UNION ALL SELECT m, 4 * ((h + 17) %% homes) + 1, 'friend', NULL, date '2023-01-01' FROM home
  UNION ALL SELECT a, 4 * ((h + 2) %% homes) + 3, 'friend', NULL, NULL FROM home
  UNION ALL SELECT b, 4 * ((h + 4) %% homes) + 4, 'friend', NULL, NULL FROM home
  UNION ALL SELECT m, 4 * ((h + 1) %% homes) + 2, 'neighbour', NULL, NULL FROM home
  UNION ALL SELECT f, 4 * ((h + 23) %% homes) + 3, 'coach', date '2024-09-01', NULL FROM home
  UNION ALL SELECT f, 4 * ((h + 29) %% homes) + 2, 'contact', NULL, NULL FROM home
  UNION ALL SELECT m, 4 * ((h + 13) %% homes) + 4, 'childminder', NULL, NULL FROM home
) AS every WHERE s <> e
""",
)

_HEADERS = """
INSERT INTO ledger_fact (id, kind, person_record_id, agency, controller, regime, recorded_at, author, audience_id)
SELECT {number}, '{kind}', r, agency, agency, 'general', %(recorded)s, 'bench', {audience}
FROM bench_record {beside}
"""


def _headers(kind: str, number: str, beside: str = "", audience: str = "audience") -> str:
    return _HEADERS.format(kind=kind, number=number, beside=beside, audience=audience)


_SEEN = "CASE WHEN n %% 50 = 0 THEN %(hidden)s ELSE audience END"
_TIED = "JOIN bench_tie ON bench_tie.s = bench_record.p"
_TIE_NUMBER = "6 * %(people)s::bigint + k * (SELECT max(n) FROM bench_tie) + n"
_OF_RISK = "WHERE k = 0 AND part < 2 AND p * 7919::bigint %% 1000 < 6"
_RISK_NUMBER = "6 * %(people)s::bigint + 2 * (SELECT max(n) FROM bench_tie) + p"

_TIES = """
INSERT INTO people_relationshipknown (fact_id, audience_id, other_record_id, relation, since, until)
SELECT {number}, {audience}, k * %(people)s::bigint + e, relation, since, until FROM bench_record {tied}
"""
_RISKS = """
INSERT INTO people_posesriskknown (fact_id, audience_id, status, basis, in_custody, known_by)
SELECT {number}, audience, 'registered-sex-offender', 'convicted', false, '{{}}' FROM bench_record {of_risk}
"""

_ROWS = (
    "INSERT INTO people_person (id, number, made_at)"
    " SELECT p, 'P-' || lpad(p::text, 8, '0'), %(recorded)s FROM bench_record WHERE k = 0",
    "INSERT INTO people_personrecord (id, agency, local_id, made_at, audience_id)"
    " SELECT r, agency, p::text, %(recorded)s, audience FROM bench_record",
    "INSERT INTO people_recordperson (record_id, person_id, number, audience_id)"
    " SELECT r, p, 'P-' || lpad(p::text, 8, '0'), audience FROM bench_record",
    _headers("name", "r"),
    "INSERT INTO people_nameknown (fact_id, audience_id, use, given_name, middle_names, family_name)"
    " SELECT r, audience, 'current', (ARRAY['Jory', 'Demelza', 'Ruan', 'Morwenna'])[part + 1], '', 'Household ' || h"
    " FROM bench_record",
    _headers("birth", "2 * %(people)s::bigint + r"),
    "INSERT INTO people_birthknown (fact_id, audience_id, date_of_birth, role, sex)"
    " SELECT 2 * %(people)s::bigint + r, audience,"
    " CASE WHEN part < 2 THEN date '1975-01-01' + (p %% 6000)::int ELSE date '2010-01-01' + (p %% 5000)::int END,"
    " CASE WHEN part < 2 THEN 'adult' ELSE 'child' END, CASE part %% 2 WHEN 0 THEN 'M' ELSE 'F' END FROM bench_record",
    _headers("address-stay", "4 * %(people)s::bigint + r"),
    "INSERT INTO people_addressstay"
    " (fact_id, audience_id, use, lines, town, postcode, place_key, many_households, since)"
    " SELECT 4 * %(people)s::bigint + r, audience, 'lives', ARRAY[place], 'Redruth', 'TR15 2AA',"
    " lower(place) || '|TR152AA',"
    " h %% 20 = 1 OR h %% 50 = 2, date '2018-05-01' FROM bench_record CROSS JOIN LATERAL (SELECT CASE"
    " WHEN h %% 20 = 1 THEN 'Flats ' || h / 800 WHEN h %% 50 = 2 THEN 'Refuge ' || h / 500"
    " WHEN h %% 9 = 4 AND part = 0 THEN 'Elsewhere ' || h ELSE 'Home ' || h END AS place) AS lives",
    _headers("relationship", _TIE_NUMBER, _TIED, _SEEN),
    _TIES.format(number=_TIE_NUMBER, audience=_SEEN, tied=_TIED),
    _headers("poses-risk", _RISK_NUMBER, _OF_RISK),
    _RISKS.format(number=_RISK_NUMBER, of_risk=_OF_RISK),
)


@dataclass(frozen=True, slots=True)
class Audiences:
    """Who reads what each agency states, and the audience that nobody of the front door stands in."""

    first: int
    second: int
    hidden: int


def load(owner_url: str, people: int, audiences: Audiences, recorded: str) -> int:
    """Fill an empty database with so many people (a multiple of four); returns how many relationships it holds."""
    asked = {
        "people": people, "first": audiences.first, "second": audiences.second, "hidden": audiences.hidden,
        "one": AGENCIES[0], "other": AGENCIES[1], "recorded": recorded,
    }  # fmt: skip
    with (
        bare(owner_url, (*COLUMNS, KEYS)),
        psycopg.connect(owner_url, autocommit=True, cursor_factory=psycopg.ClientCursor) as owner,
    ):
        owner.execute("SET synchronous_commit = off")
        for statement in (*_MADE, *_ROWS):
            owner.execute(statement.encode(), asked)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for table in ("people_person", "people_personrecord", "ledger_fact"):
            number = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608 - our own words
            owner.execute(number.encode())
        owner.execute("ANALYZE")
        row = owner.execute("SELECT count(*) FROM people_relationshipknown").fetchone()
    return int(row[0]) if row else 0
