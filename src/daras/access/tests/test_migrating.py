"""Migrations that stand side by side are one step."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.apps import apps
from django.db.migrations import AddField, CreateModel
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from daras.access.migrating import Together


def test_what_stands_side_by_side_is_one_step() -> None:
    """Set-up: given an empty home, then no two tables that could be made in one step are made in two, and none is made
    in a way that has all others rendered anew: the first start waits for each of them."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("daras.")}
    apart = [
        f"{app}/{name}: {first.describe()}; {second.describe()}"
        for (app, name), migration in loader.disk_migrations.items()
        if app in ours
        for first, second in pairwise(migration.operations)
        for kind in (CreateModel, AddField)
        if isinstance(first, kind) and isinstance(second, kind)
    ]
    apart += [
        f"{app}/{name}: {operation.describe()}"
        for (app, name), migration in loader.disk_migrations.items()
        if app in ours
        for operation in migration.operations
        if isinstance(operation, CreateModel)
    ]
    assert not apart, "Put them Together (access.migrating):\n" + "\n".join(apart)


@pytest.mark.parametrize("rendered", [True, False], ids=["while a database is migrated", "before"])
def test_together_they_come_to_the_same(rendered: bool) -> None:
    """Set-up: given operations together, then the models are those that they are one after another."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    operations = loader.disk_migrations["meetings", "0005_whole"].operations
    before = loader.project_state([("meetings", "0004_interim"), ("access", "0002_gate")])
    if rendered:
        assert before.apps.get_models()
    one_by_one, together = before.clone(), before.clone()
    for operation in operations:
        each = operation.operations if isinstance(operation, Together) else [operation]
        for single in each:
            single.state_forwards("meetings", one_by_one)
        operation.state_forwards("meetings", together)
    assert any(isinstance(operation, Together) for operation in operations)
    assert one_by_one == together
    assert _tables(one_by_one) == _tables(together)
    assert _tables(before) != _tables(together)


def test_a_table_that_is_made_has_no_other_rendered_anew() -> None:
    """Set-up: given models that are rendered, when another is made beside them, then those stay what they were, and the
    new one points at them."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    state = loader.project_state([("duties", "0002_gate"), ("ledger", "0001_initial")])
    fact = state.apps.get_model("ledger", "Fact")
    for operation in loader.disk_migrations["duties", "0003_answered"].operations:
        operation.state_forwards("duties", state)
    assert state.apps.get_model("ledger", "Fact") is fact
    assert state.apps.get_model("duties", "DutyAnswered")._meta.get_field("fact").related_model is fact


def _tables(state: ProjectState) -> set[tuple[str, tuple[tuple[str, str], ...]]]:
    """Each table with its columns, and what each of them points at."""
    return {
        (
            model._meta.db_table,
            tuple(
                sorted(
                    (field.column or "", field.related_model._meta.db_table if field.related_model else "")
                    for field in model._meta.local_fields
                )
            ),
        )
        for model in state.apps.get_models()
    }
