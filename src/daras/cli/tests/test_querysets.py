"""The check of style that pages and the API say which rows they read (G4)."""

from __future__ import annotations

from pathlib import Path

import pytest

from daras.cli import querysets


def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> list[str]:
    """What the check says of a module."""
    monkeypatch.setattr(querysets, "SOURCES", tmp_path / "daras")
    module = tmp_path / "daras" / "pages" / "new.py"
    module.parent.mkdir(parents=True)
    module.write_text(source, encoding="utf-8")
    assert list(querysets.modules(tmp_path / "daras")) == [module]
    return list(querysets.problems(module))


@pytest.mark.parametrize(
    "source",
    [
        "rows = list(Matter.objects.all())",
        "many = Matter.objects.count()",
        "def f():\n    rows = Matter.objects.order_by('pk')\n    return list(rows[:5])",
        "rows = Matter.objects.filter()",
        "rows = Matter._base_manager.exclude(pk=1)",
        "with machine():\n    pass",
        "with custody():\n    pass",
        "with connection.cursor() as cursor:\n    pass",
        "rows = Matter.objects.filter(pk=1).raw('SELECT 1')",
        "other = connections['owner']",
    ],
)
def test_what_reads_more_than_it_names_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    """G4: given a page that reads a whole table, takes on the machine's eyes or speaks SQL, then the check names the
    line."""
    (problem,) = found(tmp_path, monkeypatch, source)
    assert problem.startswith("daras/pages/new.py:")


@pytest.mark.parametrize(
    "source",
    [
        "rows = list(Matter.objects.select_related('state').filter(pk=1))",
        "def f():\n    rows = Matter.objects.order_by('pk')\n    return rows.filter(pk=1)",
        "one = Matter.objects.get(pk=1)",
        "many = Matter.objects.in_bulk([1])",
        "none = Matter.objects.none()",
        "rows = Matter.objects.all()  # gate: the list of all that the reader may see",
    ],
)
def test_what_names_its_rows_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    """G4: given a page that says which rows, or a line that says why not, then the check is silent."""
    assert found(tmp_path, monkeypatch, source) == []


def test_pages_and_api_pass() -> None:
    """G4: given the pages and the API as they are, then nothing is named."""
    assert [problem for path in querysets.modules() for problem in querysets.problems(path)] == []
