"""The two addresses of one database: the application's, and the owner's, who migrates."""

from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit, urlunsplit

DATABASE = "daras"
OWNER = "daras_owner"
APPLICATION = "daras_app"


@dataclass(frozen=True)
class Addresses:
    """Where the database is and who may use it; `server` is "machine", "wheel" or "external"."""

    application_url: str
    owner_url: str
    server: str

    def of_database(self, name: str) -> "Addresses":
        """The same server and logins, another database."""
        return replace(
            self,
            application_url=_with_database(self.application_url, name),
            owner_url=_with_database(self.owner_url, name),
        )

    def environment(self) -> dict[str, str]:
        """The variables through which the settings and every subprocess find the database."""
        return {"DATABASE_URL": self.application_url, "DATABASE_OWNER_URL": self.owner_url}


def local_url(login: str, password: str, port: int, database: str = DATABASE) -> str:
    """An address on this machine; loopback TCP, because a socket's path may be at most 107 bytes long."""
    return f"postgresql://{login}:{quote(password, safe='')}@127.0.0.1:{port}/{database}"


def _with_database(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{quote(name, safe='')}"))
