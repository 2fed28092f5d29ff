"""The local database: a PostgreSQL server of Daras's own, below `$DARAS_HOME`, shared by every command that needs it.

Standard library and psycopg only. Nothing here knows what the database holds.
"""

from daras.home.addresses import Addresses
from daras.home.folder import default_home
from daras.home.refusal import HomeRefused
from daras.home.server import database

__all__ = ["Addresses", "HomeRefused", "database", "default_home"]
