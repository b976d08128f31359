"""The product's settings as the tests have them, and one more page to compare its pages with."""

import os
from pathlib import Path

from portulan.config.settings import *  # noqa: F403
from tests.settings import DATABASES, STORAGES, TEMPLATES  # noqa: F401 - read by name

ROOT_URLCONF = "tests.bench.plain"
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]
ALLOWED_HOSTS = ["testserver"]
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # Of its own: the tests may be running.
    DATABASES["default"]["TEST"] = {"NAME": f"portulan_bench_{os.getpid()}"}
