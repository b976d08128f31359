from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files; tests on it are skipped only where it is absent."""
    folder = Path(os.environ.get("PORTULAN_REAL_DATA", ROOT / ".." / "shared" / "data")).resolve()
    if not folder.is_dir():
        pytest.skip("no folder of real files (PORTULAN_REAL_DATA)")
    return folder
