"""All that an organisation owns leaves, and nothing that opens."""

from __future__ import annotations

import csv
import hashlib
import json
import secrets
from pathlib import Path

import pytest
from django.core import signing
from django.utils import timezone

from portulan.core.models import AuditEntry, Letter
from portulan.publication.export.folder import MANIFEST, SUMS, write
from portulan.publication.export.owned import (
    LEFT_OUT,
    SECRET,
    owned,
    paths,
    rows_of,
    shut,
    unreached,
)
from portulan.publication.plan_files.reading import read
from portulan.publication.words import Part
from portulan.steering.models import Webhook
from portulan.steering.webhooks.writes import save_webhook
from portulan.steering.words import Subject
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan
from tests.publication.public.published import publish_share

pytestmark = pytest.mark.django_db


def test_every_table_leaves_or_says_why_not() -> None:
    assert unreached() == set()
    labels = {model._meta.label for model, _path in owned()}
    assert not labels & set(LEFT_OUT)
    known = {model._meta.label for model in paths()} | labels
    for name in ("core.AuditEntry", "accounts.Person", "budget.RunLines", "plans.Action_goals"):
        assert name in known


def test_the_folder_is_read_without_the_product(
    town: Town, elsewhere: Town, tmp_path: Path
) -> None:
    publish_share(town).show(*Part)
    make_action(elsewhere, make_plan(elsewhere), "Ce qui n’est pas d’ici")
    seal = write(town.admin, organisation=town.organisation, place=tmp_path, on=TODAY, lang="fr")
    sums = (tmp_path / SUMS).read_bytes()
    assert seal == hashlib.sha256(sums).hexdigest()
    named = dict(reversed(line.split("  ")) for line in sums.decode().splitlines())  # type: ignore[misc]
    files = {
        path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()
    }
    assert files - {SUMS} == set(named)
    for name, wanted in named.items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == wanted
    manifest = json.loads((tmp_path / MANIFEST).read_text("utf-8"))
    for table, said in manifest["tables"].items():
        with (tmp_path / said["file"]).open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert len(rows) == said["rows"], table
        assert not SECRET & set(rows[0] if rows else ())
        assert not {"words", "supplier_words"} & set(rows[0] if rows else ())
    trail = AuditEntry.objects.filter(organisation_id=town.organisation.pk).count()
    assert manifest["tables"]["core.auditentry"]["rows"] == trail
    assert manifest["tables"]["budget.budgetline"]["rows"] == 4
    everything = b"".join((tmp_path / name).read_bytes() for name in named)
    for stranger in (elsewhere.organisation.name, "Ce qui n’est pas d’ici"):
        assert stranger.encode() not in everything
    plan = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for folder in [next((tmp_path / "plans").iterdir())]
        for path in folder.rglob("*")
        if path.is_file()
    }
    found, problems = read(plan)
    assert found is not None
    assert not problems
    assert len(found.actions) == 2


def test_a_link_of_a_letter_opens_nothing_from_the_folder(town: Town) -> None:
    address = "https://nr.ville.example"
    token = signing.Signer(salt="any").sign_object([1, secrets.token_urlsafe(12)])
    assert shut(f"Répondez : {address}/reply/{token}/\nMerci") == (
        f"Répondez : {address}/reply/…/\nMerci"
    )
    assert (
        shut(f"{address}/region/plans/plan-2025-2027/") == f"{address}/region/plans/plan-2025-2027/"
    )
    now = timezone.now()
    put = {"organisation_id": town.organisation.pk, "due_at": now, "created_at": now}
    text = f"{address}/reply/{token}/"
    Letter.objects.create(**put, key="k", subject="s", body=text, unsubscribe=text, message_id="m")
    rows = list(rows_of(Letter, "organisation_id", town.organisation.pk))
    assert rows
    assert token not in str(rows)


def test_of_the_address_of_a_webhook_its_host_leaves(town: Town) -> None:
    where = "https://hooks.example/services/t0/b0/xk3?key=zz9"
    now = timezone.now()
    save_webhook(town.admin, name="Ailleurs", url=where, subjects=[Subject.SEAL], now=now)
    (row,) = rows_of(Webhook, "organisation", town.organisation.pk)
    assert "https://hooks.example/…" in row
    assert "b0" not in str(row)
    assert "whsec" not in str(row)
