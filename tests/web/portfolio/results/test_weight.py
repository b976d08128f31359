"""What the pages load: never the solver, which is the affair of the process of a task."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LOADED = """
import django; django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
from portulan.web.portfolio import solving
import sys
print(sorted({"highspy", "numpy"} & set(sys.modules)))
"""


def test_no_page_loads_the_solver(tmp_path: Path) -> None:
    env = os.environ | {
        "PORTULAN_DATA": str(tmp_path),
        "PORTULAN_SECRET_KEY": "only-for-tests",
        "DJANGO_SETTINGS_MODULE": "portulan.config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOADED], env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
