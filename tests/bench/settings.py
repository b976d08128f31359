"""The product's settings as the tests have them, and one more page to compare its pages with."""

from pathlib import Path

from tests.settings import *  # noqa: F403
from tests.settings import TEMPLATES

ROOT_URLCONF = "tests.bench.plain"
TEMPLATES[0]["DIRS"] = [*TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]
ALLOWED_HOSTS = ["testserver"]
