"""Set-up: `./daras` finds a Python that works and makes its environment once, from hashed requirements only."""

import hashlib
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
LAUNCHER = CHECKOUT / "daras"
VENDOR = CHECKOUT / "bootstrap" / "vendor"
FAILING_SHIM = "#!/bin/sh\necho 'this version is not installed' >&2\nexit 127\n"
OLD_PYTHON = '#!/bin/sh\nexec {python} -c "import sys; sys.exit(1)"\n'
NEW_ENOUGH = '#!/bin/sh\ncase "$*" in *launch.py*) echo "launched by $0: $*" ;; *) exec {python} "$@" ;; esac\n'


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A PATH of the test's own, with what the launcher itself needs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "dirname", "readlink"):
        (folder / name).symlink_to(f"/bin/{name}" if Path(f"/bin/{name}").exists() else f"/usr/bin/{name}")
    return folder


def _program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text.format(python=sys.executable))
    (folder / name).chmod(0o755)


def _launch(*arguments: str, path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(path), **variables}
    return subprocess.run([LAUNCHER, *arguments], env=environment, capture_output=True, text=True, check=False)


def test_a_shim_that_fails_and_an_old_python_are_passed_over(programs: Path) -> None:
    """Set-up: given a shim that fails and a Python too old, when daras starts, then it goes on to one that suits."""
    _program(programs, "python3", OLD_PYTHON)
    _program(programs, "python3.13", FAILING_SHIM)
    _program(programs, "python3.12", NEW_ENOUGH)
    answer = _launch("demo", "two words", path=programs)
    assert answer.stdout.startswith(
        f"launched by {programs / 'python3.12'}: -S {CHECKOUT}/bootstrap/launch.py demo two"
    )


def test_a_machine_without_a_python_is_told_what_to_install(programs: Path) -> None:
    """Set-up: given no Python that suits, when daras starts, then it refuses with status 2 and says what to do."""
    _program(programs, "mine", FAILING_SHIM)
    answer = _launch("demo", path=programs, DARAS_PYTHON=str(programs / "mine"))
    assert answer.returncode == 2
    assert "no Python from 3.11 to 3.14" in answer.stderr
    assert answer.stdout == ""


def test_the_launcher_works_through_a_link(programs: Path, tmp_path: Path) -> None:
    """Set-up: given a link to the launcher, when it is started through it, then the checkout is found."""
    _program(programs, "python3", NEW_ENOUGH)
    (tmp_path / "link").symlink_to(LAUNCHER)
    answer = subprocess.run(
        [tmp_path / "link", "test"], env={"PATH": str(programs)}, capture_output=True, text=True, check=False
    )
    assert f"{CHECKOUT}/bootstrap/launch.py test" in answer.stdout


BOTH_AT_ONCE = """
import sys
from pathlib import Path
sys.path.insert(0, {bootstrap!r})
import environment
environment.CHECKOUT = Path({checkout!r})
environment.REQUIREMENTS = environment.CHECKOUT / "requirements"
environment.ENVIRONMENTS = environment.CHECKOUT / ".venv"
try:
    print(environment.ensure(["base"]))
except environment.EnvironmentRefused as refusal:
    sys.exit(str(refusal))
"""


def _checkout_that_needs_only_pip(folder: Path, digest: str) -> list[str]:
    wheel = next(VENDOR.glob("pip-*.whl"))
    (folder / "requirements").mkdir()
    version = wheel.name.split("-")[1]
    (folder / "requirements" / "base.txt").write_text(f"pip=={version} --hash=sha256:{digest}\n")
    script = BOTH_AT_ONCE.format(bootstrap=str(CHECKOUT / "bootstrap"), checkout=str(folder))
    return [sys.executable, "-S", "-c", script]


OFFLINE = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(VENDOR), "PIP_CONFIG_FILE": os.devnull}


def test_two_commands_at_once_make_one_environment(tmp_path: Path) -> None:
    """Set-up: given no environment, when two commands start at once, then one makes it and both use it."""
    digest = hashlib.sha256(next(VENDOR.glob("pip-*.whl")).read_bytes()).hexdigest()
    command = _checkout_that_needs_only_pip(tmp_path, digest)
    both = [
        subprocess.Popen(command, env=OFFLINE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert outputs[0][0] == outputs[1][0]
    python = outputs[0][0].strip()
    assert subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    assert sum(error.count("installing requirements/base.txt") for _, error in outputs) == 1


def test_a_package_with_another_hash_is_refused(tmp_path: Path) -> None:
    """Set-up: given a package that is not the locked one, when the environment is made, then it is refused."""
    command = _checkout_that_needs_only_pip(tmp_path, "0" * 64)
    for _ in range(2):
        answer = subprocess.run(command, env=OFFLINE, capture_output=True, text=True, check=False)
        assert answer.returncode == 1
        assert "could not be installed" in answer.stderr
    assert not list(tmp_path.glob(".venv/*/installed/base"))


#: A package without a wheel, with what builds it inside: so the build needs nothing, and gets nothing.
BACKEND = """
import base64, hashlib, zipfile
def build_wheel(folder, settings=None, metadata=None):
    name = "pyspark-0.0.1-py3-none-any.whl"
    files = {
        "pyspark.py": "built = True",
        "pyspark-0.0.1.dist-info/METADATA": "Metadata-Version: 2.1\\nName: pyspark\\nVersion: 0.0.1\\n",
        "pyspark-0.0.1.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    files["pyspark-0.0.1.dist-info/RECORD"] = "".join(f"{each},,\\n" for each in files)
    with zipfile.ZipFile(folder + "/" + name, "w") as wheel:
        for each, text in files.items():
            wheel.writestr(each, text)
    return name
"""
PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def _sources_only(folder: Path) -> str:
    """A folder with pyspark-0.0.1.tar.gz; its line in a lock."""
    archive = folder / "pyspark-0.0.1.tar.gz"
    with tarfile.open(archive, "w:gz") as made:
        for name, text in {"pyproject.toml": PROJECT, "backend.py": BACKEND, "PKG-INFO": "Name: pyspark\n"}.items():
            member = tarfile.TarInfo(f"pyspark-0.0.1/{name}")
            member.size = len(text.encode())
            made.addfile(member, io.BytesIO(text.encode()))
    return f"pyspark==0.0.1 --hash=sha256:{hashlib.sha256(archive.read_bytes()).hexdigest()}\n"


def test_only_what_is_named_is_built_here_and_only_by_its_hash(tmp_path: Path) -> None:
    """Set-up: given a package that comes as sources only, then the set of Spark builds it by its hash, with builders
    that have theirs; in any other set it is refused, as another package is in the set of Spark."""
    digest = hashlib.sha256(next(VENDOR.glob("pip-*.whl")).read_bytes()).hexdigest()
    base = _checkout_that_needs_only_pip(tmp_path, digest)
    locks, line = tmp_path / "requirements", _sources_only(tmp_path)
    (locks / "spark-build.txt").write_text((locks / "base.txt").read_text())
    for lock in ("spark.txt", "other.txt"):
        (locks / lock).write_text(line)
    offline = OFFLINE | {"PIP_FIND_LINKS": f"{VENDOR} {tmp_path}"}

    def install(name: str) -> subprocess.CompletedProcess[str]:
        command = [*base[:-1], base[-1].replace('["base"]', f'["{name}"]')]
        return subprocess.run(command, env=offline, capture_output=True, text=True, check=False)

    refused = install("other")
    assert refused.returncode == 1
    assert "could not be installed" in refused.stderr
    built = install("spark")
    assert built.returncode == 0, built.stderr
    assert built.stderr.index("requirements/spark-build.txt") < built.stderr.index("requirements/spark.txt")
    said = subprocess.run(
        [built.stdout.strip(), "-c", "import pyspark; print(pyspark.built)"], capture_output=True, check=False
    )
    assert said.stdout == b"True\n"


def test_an_environment_is_of_one_python_and_of_its_locks(tmp_path: Path) -> None:
    """Set-up: given the same locks, then the environment is the same and its name says the Python; given one line more
    in any lock, then it is another, so that nothing old is run by mistake."""
    script = _checkout_that_needs_only_pip(tmp_path, "0" * 64)[-1].split("try:")[0] + "print(environment.folder())"

    def folder() -> str:
        command = [sys.executable, "-S", "-c", script]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    first = folder()
    assert folder() == first
    assert first.startswith(f"{tmp_path}/.venv/py{sys.version_info.major}.{sys.version_info.minor}-")
    (tmp_path / "requirements" / "test.txt").write_text("# another line\n")
    assert folder() != first


@pytest.mark.parametrize(
    ("command", "sets"),
    [
        (["demo"], ["base"]),
        (["receive", "a.json"], ["base"]),
        (["serve"], ["base"]),
        (["practice", "check"], ["base"]),
        (["bench"], ["base", "bench", "peers"]),
        (["match", "a.csv"], ["base"]),
        (["match", "a.csv", "--engine", "splink"], ["base", "linkage"]),
        (["match", "a.csv", "--engine=spark"], ["base", "linkage", "spark"]),
        (["test"], ["base", "test", "bench", "linkage", "postgres-wheel"]),
        (["test", "--long"], ["base", "test", "bench", "linkage", "spark", "postgres-wheel"]),
    ],
    ids=" ".join,
)
def test_each_command_installs_what_it_needs_and_no_more(command: list[str], sets: list[str]) -> None:
    """Set-up: given a command, then its sets of requirements are installed and no other; and each set has its lock."""
    script = (
        f"import sys; sys.path.insert(0, {str(CHECKOUT / 'bootstrap')!r}); import launch;"
        f" print(*launch._requirement_sets({command[0]!r}, {command[1:]!r}))"
    )
    surroundings = OFFLINE | {"DATABASE_URL": "postgresql://elsewhere.example/daras"}
    answer = subprocess.run(
        [sys.executable, "-S", "-c", script], env=surroundings, capture_output=True, text=True, check=False
    )
    assert answer.stdout.split() == sets, answer.stderr
    assert all((CHECKOUT / "requirements" / f"{name}.txt").exists() for name in sets)


def test_every_lock_pins_and_hashes_and_names_no_index() -> None:
    """Set-up: given the locks, then each requirement is pinned and hashed, and none says where it comes from."""
    for lock in (CHECKOUT / "requirements").glob("*.txt"):
        lines = lock.read_text().splitlines()
        pinned = [number for number, line in enumerate(lines) if line and line[0].isalnum()]
        assert pinned
        for number in pinned:
            assert "==" in lines[number]
            assert "--hash=sha256:" in lines[number + 1], lines[number]
        assert "://" not in lock.read_text()
