"""Changes of the schema made at once, so that an empty database is ready in seconds.

After each operation the migration framework makes again the models that it touched and all those around them: ours
point at one another, and a table that is created in twelve operations is paid twelve times. `Together` gives the
framework the state before and the state after; it makes models once.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger


class Together(Operation):
    """The same operations in the same order, on the models as they are when all is done.

    A table is created whole, with the columns and constraints that its later operations add. What cannot stand here:
    code (`RunPython`, `RunSQL`), and two changes of the same column.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [], {"operations": self.operations})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # the models made from it: made again once, when they are asked for
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for operation in self._of_the_database():
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for operation in reversed(self._of_the_database()):
            if not (isinstance(operation, AddTrigger) and self._creates(operation.model_name)):  # gone with its table
                operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"{len(self.operations)} changes at once"

    def _of_the_database(self) -> list[Operation]:
        """The operations less those that only complete a table which is created here: it is created complete."""
        return [
            operation
            for operation in self.operations
            if isinstance(operation, CreateModel | AddTrigger)
            or not self._creates(getattr(operation, "model_name", ""))
        ]

    def _creates(self, model_name: str) -> bool:
        return any(isinstance(one, CreateModel) and one.name_lower == model_name.lower() for one in self.operations)
