"""Settings of the tests: the product's own, in a folder of their own, with quick passwords."""

import os
import tempfile
from pathlib import Path

if "PORTULAN_DATA" not in os.environ:
    os.environ["PORTULAN_DATA"] = tempfile.mkdtemp(prefix="portulan-tests-")
if (worker := os.environ.get("PYTEST_XDIST_WORKER")) and (
    Path(os.environ["PORTULAN_DATA"]).name != worker
):
    # Files are kept under their hash: two processes would take each other's away.
    os.environ["PORTULAN_DATA"] = os.path.join(os.environ["PORTULAN_DATA"], worker)
    os.makedirs(os.environ["PORTULAN_DATA"], exist_ok=True)
os.environ.setdefault("PORTULAN_SECRET_KEY", "only-for-tests")

from portulan.config.settings import *  # noqa: F403
from portulan.config.settings import DATA, DATABASES, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: several threads write to it in the tests of concurrency.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(DATA) / "tests.sqlite3")}
WHITENOISE_AUTOREFRESH = True
# Where the client of the tests comes from.
ADDRESS = "http://testserver"
