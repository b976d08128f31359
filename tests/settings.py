"""Settings of the tests: the product's own, in a folder of their own, with quick passwords."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("PORTULAN_DATA", tempfile.mkdtemp(prefix="portulan-tests-"))
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
