"""Migrations in a fraction of the time: operations of one sort that stand side by side are one step."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import CreateModel
from django.db.migrations.state import ProjectState


class Together(Operation):
    """Several `CreateModel`, or several `AddField` or `AlterField` on models that were there before, as one
    operation.

    After each operation Django renders every model anew that is related to the changed one. Here every fact is related
    to the ledger's header, and so to every other: one by one, a hundred and eighty tables cost an empty database
    fourteen seconds of processor time. None of these operations reads what the one before it made, so the models are
    rendered once for all of them; and where all of them make models, none but the new ones, since nothing that was
    there before is another for being pointed at.
    """

    reversible = False

    def __init__(self, *operations: Operation) -> None:
        self.operations: Sequence[Operation] = operations

    def deconstruct(self) -> tuple[str, Sequence[object], dict[str, object]]:
        """How it is written in a migration."""
        return type(self).__qualname__, self.operations, {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """What there is afterwards. Models that were rendered stay where all that is done is to make others beside
        them; else they are forgotten, and rendered when they are wanted."""
        rendered = vars(state).pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)
        made = [state.models[app_label, each.name_lower] for each in self.operations if isinstance(each, CreateModel)]
        if rendered is None or len(made) < len(self.operations):
            return
        rendered.render_multiple(made)
        if not rendered._pending_operations:  # else one points at what is not there: a whole rendering says at what
            vars(state)["apps"] = rendered

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Each of them, in order."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Never: a record of children is not migrated back, a backup is restored."""
        raise NotImplementedError

    def describe(self) -> str:
        """What it does, in words."""
        return "; ".join(operation.describe() for operation in self.operations)
