"""What opens the tool of a source stands in no file that leaves, and in nothing that is said."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

from tests.cli.test_move import address_of
from tests.places import Places

SECRET = 'S3cret/+&= of-"GLPI"?%'
DEPOSIT = "portulan_deposit_"
# A source of which each reading fails, whose tool says in its answers what opened it; one deposit.
MAKE = """
import json, logging, sys
from types import SimpleNamespace
from django.conf import settings
from portulan.cli import django_start
django_start.start()
from django.core.exceptions import ValidationError
from django.utils import timezone
from portulan.accounts.actors import command_line
from portulan.accounts.models import Organisation
from portulan.sources import asking
from portulan.sources.addresses import give_secret, read_address
from portulan.sources.apis import SECRETS, Api
from portulan.sources.deposits import give_token
from portulan.sources.feeding import Entrance
from portulan.sources.writes import save_source
from tests.sources.tool import Tool, serve
logging.basicConfig(level=logging.DEBUG)
shown = sys.argv[1]
tool = Tool()
def say(handler, rank):
    heard = {"status": "error", "heard": str(handler.headers), "secret": shown, "of": handler.path}
    handler.say(200 if rank % 2 else 401, heard)
    return True
tool.behave = say
serve(tool)
settings.SOURCE_HOSTS = frozenset({tool.place})
actor, now = command_line(Organisation.objects.get().pk), timezone.now()
for api in Api:
    made = save_source(actor, name=api.value, entrance=Entrance.ADDRESS, api=api,
                       url=f"http://{tool.place}", now=now)
    parts = {one.removeprefix("*"): shown for one in SECRETS[api]}
    give_secret(actor, source=made, secret=parts)
    for whole in (False, True):
        try:
            read_address(actor, source=made, now=now, whole=whole)
        except ValidationError as error:
            print(error.messages)
        else:
            raise AssertionError(api)
made = save_source(actor, name="Dépôt", entrance=Entrance.DEPOSIT, now=now)
with open(sys.argv[2], "w") as file:
    file.write(give_token(actor, source=made, now=now))
"""


def test_no_secret_of_a_source_leaves(place_in: Places, tmp_path: Path) -> None:
    place = place_in.settled("data")
    token = tmp_path / "token"
    made = subprocess.run(
        [sys.executable, "-c", MAKE, SECRET, str(token)],
        env=place.environment | {"DJANGO_SETTINGS_MODULE": "portulan.config.settings"},
        capture_output=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr.decode()
    forms = {form for one in (SECRET, token.read_text()) for form in _forms(one)}
    _hold(forms, "what a reading says", made.stdout + made.stderr)
    [(count,)] = place.query("SELECT count(*) FROM sources_source WHERE secret <> ''")
    assert count == 4

    elsewhere, restored = place_in("elsewhere"), place_in("restored")
    archive, folder = tmp_path / "backup.zip", tmp_path / "export"
    said = [
        place.run("backup", str(archive)),
        place.run("export", str(folder)),
        place.run("move", *address_of(elsewhere)),
        place.run("papers"),
        place.run("security"),
        place.run("doctor"),
        place.run("source", "list", "--org", "bourg"),
        place.run("duties"),
        restored.run("restore", str(archive)),
    ]
    for one in said:
        _hold(forms, one[:200], one.encode())
    for left in (tmp_path / "export", archive, elsewhere.folder, restored.folder, place.folder):
        for name, content in _files(left):
            _hold(forms, name, content)
    # Restored under another key, each asks for its secret again.
    for one in ("glpi", "glpi-v2", "snipe-it", "grist"):
        asked = restored.run("source", "run", one, "--org", "bourg", code=2)
        assert "secret is not here" in asked


def _files(place: Path) -> Iterator[tuple[str, bytes]]:
    """Yield each file with its content, those of archives too, however deep."""
    every = [place] if place.is_file() else [one for one in place.rglob("*") if one.is_file()]
    assert every
    for one in every:
        yield from _inside(str(one), one.read_bytes())


def _inside(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            for member in opened.namelist():
                yield from _inside(f"{name}/{member}", opened.read(member))


def _forms(secret: str) -> Iterator[bytes]:
    """Yield how a secret may be written: as it is, escaped, in base64 at any place of it."""
    told = secret.encode()
    yield told
    yield from (one(secret).encode() for one in (quote, quote_plus))
    yield quote(secret, safe="").encode()
    yield secret.replace('"', '\\"').encode()
    yield secret.replace('"', '""').encode()
    yield secret.replace("&", "&amp;").replace('"', "&quot;").encode()
    for shift in range(3):
        shown = base64.b64encode(b" " * shift + told)
        yield shown[4 if shift else 0 : -4]
        yield base64.urlsafe_b64encode(b" " * shift + told)[4 if shift else 0 : -4]
    yield told.hex().encode()


def _hold(forms: set[bytes], where: str, content: bytes) -> None:
    for one in forms:
        assert one not in content, f"{one!r} in {where}"
