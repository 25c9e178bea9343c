"""The official schema and code tables, which the project does not carry."""

from pathlib import Path

import pytest

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "lheo"


@pytest.fixture
def official_schema() -> Path:
    """The official schema, or a visible skip where it is not at hand."""
    path = REFERENCE / "lheo-2.3.xsd"
    if not path.exists():
        pytest.skip("le schéma officiel lheo-2.3.xsd n’est pas là")
    return path


@pytest.fixture
def official_tables() -> Path:
    """The official code tables, or a visible skip where they are not at hand."""
    path = REFERENCE / "lheo-2.3-tables.json"
    if not path.exists():
        pytest.skip("les tables officielles LHÉO 2.3 ne sont pas là")
    return path
