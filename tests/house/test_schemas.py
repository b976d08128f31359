"""The contracts that are published are those that are read."""

from __future__ import annotations

import subprocess
import sys

from tools.schemas import FOLDER, schemas, written


def test_the_published_schemas_are_current() -> None:
    """`python tools/schemas.py` writes them."""
    assert {file.name: file.read_text(encoding="utf-8") for file in FOLDER.iterdir()} == {
        name: written(schema) for name, schema in schemas().items()
    }


def test_pydantic_is_loaded_for_contracts_only() -> None:
    code = (
        "import sys; sys.argv = ['portulan', '--help']; import portulan.cli\n"
        "try: portulan.cli.main()\n"
        "except SystemExit: pass\n"
        "assert 'typer' in sys.modules and 'pydantic' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
