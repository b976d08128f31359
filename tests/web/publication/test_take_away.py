"""All that an organisation owns leaves in one archive, for who administers it alone."""

from __future__ import annotations

import hashlib
import io
import zipfile

from portulan.accounts.access import Role
from portulan.accounts.models import SecurityEntry
from portulan.accounts.security import Event
from tests.people import Town


def test_who_administers_takes_everything_away(town: Town, signed_in) -> None:
    client = signed_in(Role.ADMIN)
    address = f"/{town.slug}/documents/everything/"
    assert client.get(address).status_code == 200
    answer = client.fill(address, {})
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        sums = archive.read("SHA256SUMS").decode().splitlines()
        assert len(sums) == len(archive.namelist()) - 1
        for line in sums:
            digest, _, name = line.partition("  ")
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest, name
    told = SecurityEntry.objects.get(event=Event.EXPORTED)
    assert told.details == {"what": "organisation"}


def test_nobody_else_does(town: Town, signed_in) -> None:
    for role in set(Role) - {Role.ADMIN}:
        client = signed_in(role)
        address = f"/{town.slug}/documents/everything/"
        assert client.get(address).status_code == 403
        assert client.post(address).status_code == 403
