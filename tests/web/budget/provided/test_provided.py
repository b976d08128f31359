"""The screens of a provider's share: dropped as a file, taken by a line, said to members."""

from __future__ import annotations

import json

from django.core.files.uploadedfile import SimpleUploadedFile

from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.models import Attribution, BudgetLine, ProviderShare, ReceivedShare
from portulan.budget.words import Stage
from tests.pages import MOST_NODES
from tests.web.budget.conftest import give

OWN, MEMBER = "200000016", "219900016"


def document(**changes: object) -> dict[str, object]:
    return {
        "format": "portulan-provider-share/1",
        "provider": {"siren": "200000016", "name": "Syndicat | numérique"},
        "year": 2026, "stage": "OPENED", "basis": "TTC",
        "value": "4.2", "lower": "3", "upper": "6.5", "denominator": "100000.00",
        "published_on": "2026-06-30",
        "members": [{"siren": MEMBER, "name": "Bourg", "key": "0.125"}],
    } | changes  # fmt: skip


def drop(desk, content: bytes):
    return desk.post("2026/provided/", {"file": SimpleUploadedFile("part.json", content)})


def test_a_file_is_dropped_and_a_line_takes_what_it_declares(desk, ledger):
    organisation = desk.town.organisation
    organisation.siren = MEMBER
    organisation.save()
    assert drop(desk, b"{}").status_code == 422
    assert (
        drop(
            desk, json.dumps(document(members=[{"siren": OWN, "name": "x", "key": "1"}])).encode()
        ).status_code
        == 422
    )
    assert not ReceivedShare.objects.exists()
    assert drop(desk, json.dumps(document()).encode()).status_code == 200
    page = desk.get("2026/provided/")
    assert "Syndicat | numérique" in page.words
    assert "4,20 %" in page.words
    assert page.nodes <= MOST_NODES
    line = BudgetLine.objects.get(label="Télécoms")
    where = f"2026/lines/{line.pk}/provided/"
    assert "clé 12,5 %, soit 12 500,00 €" in desk.get(where).words
    assert desk.post(where, {"received": ReceivedShare.objects.get().pk}).status_code == 200
    given = Attribution.objects.get(provided__isnull=False)
    assert (given.line, str(given.share)) == (line, "0.0420000000")
    assert "Syndicat | numérique" in desk.get(f"2026/lines/{line.pk}/").words


def test_the_provider_says_what_it_published_and_takes_the_file(desk, ledger):
    organisation = desk.town.organisation
    organisation.siren = OWN
    organisation.save()
    year = ledger.fiscal_year
    desk.post("2026/provided/members/", {"members": f"{MEMBER} ; Bourg ; 12,5"})
    assert not ProviderShare.objects.exists()  # nothing is published
    give(desk.town, "Télécoms", "0.5")
    run = compute_run(desk.town.finance, fiscal_year=year, stage=Stage.OPENED)
    publish_run(desk.town.finance, run=run)
    assert desk.post("2026/provided/members/", {"members": "Bourg"}).status_code == 422
    said = desk.post("2026/provided/members/", {"members": f"{MEMBER} ; Bourg ; 12,5"})
    assert said.status_code == 200
    told = json.loads(desk.get("2026/provided/file/").text)
    assert told["members"] == [{"siren": MEMBER, "name": "Bourg", "key": "0.125"}]
