"""The virtual environment in the checkout: made once per Python and lock, from hashed requirements only.

Standard library only, because nothing else is installed yet.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
REQUIREMENTS = CHECKOUT / "requirements"
ENVIRONMENTS = CHECKOUT / ".venv"
VENDOR = Path(__file__).resolve().parent / "vendor"
#: What comes as sources only: the set, the one package that is built here, and the set of what builds it. All have
#: hashes, and a build fetches nothing.
BUILT = {"spark": ("pyspark", "spark-build")}


class EnvironmentRefused(Exception):
    """The environment cannot be made; the message says why and what to do."""


def folder() -> Path:
    """The environment of this Python, this checkout and these locks."""
    digest = hashlib.sha256()
    for lock in sorted(REQUIREMENTS.glob("*.txt")):
        digest.update(lock.name.encode() + b"\0" + lock.read_bytes() + b"\0")
    digest.update(f"{sys.base_prefix}\0{CHECKOUT}".encode())
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return ENVIRONMENTS / f"py{version}-{digest.hexdigest()[:12]}"


def ensure(requirement_sets: list[str]) -> Path:
    """Return the Python of an environment that holds the named sets, made now where it does not exist yet.

    Raises EnvironmentRefused when it cannot be made.
    """
    environment = folder()
    if _holds(environment, requirement_sets):
        return environment / "bin" / "python"
    try:
        ENVIRONMENTS.mkdir(exist_ok=True)
        with _alone(ENVIRONMENTS / "lock"):
            _make(environment)
            for name in requirement_sets:
                if not _stamp(environment, name).exists():
                    _install(environment, name)
    except PermissionError as error:
        raise EnvironmentRefused(
            f"{error.filename} cannot be written by this user. Run as the owner of the checkout, or clone it again."
        ) from error
    return environment / "bin" / "python"


def _holds(environment: Path, requirement_sets: list[str]) -> bool:
    usable = (environment / "bin" / "python").exists() and _stamp(environment, "made").exists()
    return usable and all(_stamp(environment, name).exists() for name in requirement_sets)


def _stamp(environment: Path, name: str) -> Path:
    return environment / "installed" / name


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Two commands at once must not build one environment: the second waits for the first."""
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("another command is preparing the environment; waiting for it ...")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _make(environment: Path) -> None:
    if _holds(environment, []):
        return
    shutil.rmtree(environment, ignore_errors=True)
    _say(f"making a virtual environment in {environment.relative_to(CHECKOUT)} ...")
    # Without pip, because ensurepip is missing on a plain Debian; the vendored pip installs from outside.
    venv.create(environment, symlinks=True, with_pip=False)
    _stamp(environment, "").mkdir()
    _stamp(environment, "made").touch()


def _install(environment: Path, name: str) -> None:
    built, builders = BUILT.get(name, ("", ""))
    if builders and not _stamp(environment, builders).exists():
        _install(environment, builders)
    _say(f"installing requirements/{name}.txt ...")
    pip = next(VENDOR.glob("pip-*.whl"))
    command = [str(environment / "bin" / "python"), "-I", str(pip / "pip"), "install"]
    # The lock is complete and hashed: nothing is resolved, and nothing is built here but what is named above.
    command += ["--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-input", "-qq"]
    command += ["--disable-pip-version-check", "--no-warn-script-location", "--root-user-action", "ignore"]
    command += ["--no-binary", built, "--no-build-isolation"] if built else []
    command += ["--requirement", str(REQUIREMENTS / f"{name}.txt")]
    if subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False).returncode != 0:
        raise EnvironmentRefused(
            f"requirements/{name}.txt could not be installed (see above). "
            "Is the package index reachable? Run the command again to go on."
        )
    _stamp(environment, name).touch()


def _say(message: str) -> None:
    if sys.stderr is not None:
        print(f"daras: {message}", file=sys.stderr, flush=True)


def environment_variables() -> dict[str, str]:
    """What the command line runs with: the checkout's sources on the path, and UTF-8 whatever the locale.

    Compiled sources are kept, wherever Python was told not to: compiling them anew costs every process 0.7 s.
    """
    variables = dict(os.environ)
    for unwanted in ("PYTHONHOME", "PYTHONDONTWRITEBYTECODE"):
        variables.pop(unwanted, None)
    variables["PYTHONPATH"] = str(CHECKOUT / "src")
    variables["PYTHONUTF8"] = "1"
    variables["DARAS_CHECKOUT"] = str(CHECKOUT)
    return variables
