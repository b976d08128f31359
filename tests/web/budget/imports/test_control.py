"""The screen of control: what a file proves, what it asks, and that an answer is exact."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.budget.models import BudgetLine, ImportBatch
from portulan.budget.words import BatchStatus, Stage
from portulan.budget.years.writes import open_year
from portulan.core.models import AuditEntry
from tests.pages import MOST_NODES
from tests.web.budget.conftest import Desk, Page

TITLES = "Compte;Libellé;Ouvert;Mandaté\n"
LINES = "2051;Licences;1000,00;800,00\n6262;Télécoms;400,00;250,00\n"
HELD = TITLES + LINES + ";Total général;1400,00;1050,00\n"
WRONG = TITLES + LINES + ";Total général;1900,00;1550,00\n"
TAXES = "Compte;Libellé;Mandaté HT;TVA;Mandaté TTC\n2051;Licences;100,00;20,00;120,00\n"
TOWNS = (
    "SIREN;Compte;Libellé;Ouvert\n219900011;2051;Licences;1000,00\n219900029;2051;Licences;70,00\n"
)


def send(desk: Desk, content: str | bytes, name: str = "gl.csv", year: int = 2026) -> Page:
    data = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, data)
    return desk.page(desk.post(f"{year}/imports/new/", {"file": file}))


def asked(page: Page) -> dict[str, list[str]]:
    """Return the answers offered for each question, by the name of its field."""
    found: dict[str, list[str]] = defaultdict(list)
    for box in page.tree.xpath("//fieldset//input[@type='radio' or @type='checkbox']"):
        assert not box.get("checked"), "an answer is given beforehand"
        found[box.get("name")].append(box.get("value"))
    return found


def confirms(page: Page) -> bool:
    """Return whether the page lets the file be imported."""
    forms = page.tree.xpath("//form[contains(@action, '/confirm/')]")
    return any(not b.get("formaction") for form in forms for b in form.xpath(".//button"))


def answer(desk: Desk, given: dict[str, object], batch: ImportBatch | None = None) -> Page:
    batch = batch or ImportBatch.objects.get()
    return desk.page(desk.post(f"{batch.fiscal_year.year}/imports/{batch.pk}/answer/", given))


def test_a_total_that_holds_is_shown_and_nothing_is_asked(desk, year):
    page = send(desk, HELD)
    assert "Le fichier imprime 1 400,00 €, nous lisons 1 400,00." in page.words
    assert "1 400,00 1 400,00 0,00 égal" in page.words
    assert "somme des lignes 2 à 3" in page.words
    assert not asked(page)
    assert confirms(page)
    assert page.nodes <= MOST_NODES


def test_a_file_without_any_total_says_so(desk, year):
    page = send(desk, TITLES + LINES)
    assert "Ce fichier n’imprime aucun total." in page.words
    assert confirms(page)


def test_a_contradicted_total_waits_for_its_answer_and_the_answer_is_exact(desk, year):
    page = send(desk, WRONG)
    assert "Le fichier imprime" in page.words
    assert "nous lisons" in page.words
    assert asked(page) == {"q0": ["--column totals=lines"]}
    assert "Ouvert : 1 400,00 € ; Mandaté : 1 050,00 €." in page.words
    assert not confirms(page)
    batch = ImportBatch.objects.get()
    refused = desk.page(desk.post(f"2026/imports/{batch.pk}/confirm/"))
    assert refused.status == 422
    assert "Des questions attendent votre réponse" in refused.words
    assert not BudgetLine.objects.exists()

    page = answer(desk, {"q0": "--column totals=lines"})
    assert not asked(page)
    assert "Les lignes font foi" in page.words
    assert "− 500,00 écart" in page.words
    desk.post(f"2026/imports/{batch.pk}/confirm/")
    assert sum(line.opened or 0 for line in BudgetLine.objects.all()) == 1400
    told = AuditEntry.objects.filter(verb="previewed").latest("pk")
    assert told.changes["answers"] == [{}, {"totals": "lines"}]


def test_an_answer_is_taken_back(desk, year):
    send(desk, WRONG)
    answer(desk, {"q0": "--column totals=lines"})
    batch = ImportBatch.objects.get()
    page = desk.page(desk.post(f"2026/imports/{batch.pk}/answer/back/", {"name": "totals"}))
    assert asked(page) == {"q0": ["--column totals=lines"]}
    assert ImportBatch.objects.get().mapping == {}


@pytest.mark.parametrize("given", [{}, {"q0": ""}, {"q0": "--column sign=x"}, {"q7": "x"}])
def test_what_is_not_asked_is_not_answered(desk, year, given):
    send(desk, WRONG)
    page = answer(desk, given)
    assert page.status == 422
    assert ImportBatch.objects.get().mapping == {}


def test_who_may_only_read_answers_nothing(desk, year):
    send(desk, WRONG)
    batch = ImportBatch.objects.get()
    url = desk.url(f"2026/imports/{batch.pk}/answer/")
    reader = desk.clients(Role.READER)
    assert reader.post(url, {"q0": "--column totals=lines"}).status_code == 403
    assert not asked(desk.get(f"2026/imports/{batch.pk}/", Role.READER))


def test_the_answers_of_before_are_shown_with_their_date_and_taken_again_at_will(desk, year):
    send(desk, TAXES)
    answer(desk, {"q0": "--column 'realised=Mandaté TTC'"})
    first = ImportBatch.objects.get()
    desk.post(f"2026/imports/{first.pk}/confirm/")
    page = send(desk, TAXES.replace("Licences", "Serveurs"), "juin.csv")
    day = timezone.localdate(ImportBatch.objects.get(pk=first.pk).confirmed_at)
    assert f"Votre réponse du {day:%d/%m/%Y}, même outil" in page.words
    assert "Elle n’est pas reprise d’office." in page.words
    assert len(asked(page)["q0"]) == 2
    second = ImportBatch.objects.exclude(pk=first.pk).get()
    page = answer(desk, {"again": ""}, second)
    assert not asked(page)
    second.refresh_from_db()
    assert second.mapping == {"realised": "Mandaté TTC"}
    # Another tool was never answered.
    page = send(desk, TAXES.replace("TVA", "Taxe"), "autre.csv")
    assert "Votre réponse du" not in page.words


def test_one_body_is_chosen_of_several(desk, year):
    page = send(desk, TOWNS)
    (name,) = asked(page)
    assert "SIREN 219900011 Ouvert : 1 000,00 €." in page.words
    answer(desk, {name: "--entity 219900029"})
    batch = ImportBatch.objects.get()
    desk.post(f"2026/imports/{batch.pk}/confirm/", {"in_euros": "on"})
    assert [line.opened for line in BudgetLine.objects.all()] == [70]


def test_the_lines_of_two_bodies_are_not_one_account(desk, year):
    page = send(desk, TOWNS)
    (name, options), *_ = asked(page).items()
    page = answer(desk, {name: options})
    assert page.status == 422
    assert "Un compte est d’un seul organisme" in page.words
    assert ImportBatch.objects.get().mapping == {}


def test_the_same_file_sent_again_leads_to_its_preview_with_its_answers(desk, year):
    send(desk, WRONG)
    answer(desk, {"q0": "--column totals=lines"})
    batch = ImportBatch.objects.get()
    page = send(desk, WRONG, "encore.csv")
    assert ImportBatch.objects.get().pk == batch.pk
    assert not asked(page)
    assert "Ce fichier attend déjà votre accord" in page.text
    desk.post(f"2026/imports/{batch.pk}/confirm/")
    page = send(desk, WRONG, "encore.csv")
    assert "Ce fichier est déjà importé" in page.words
    assert desk.url(f"2026/imports/{batch.pk}/") in page.links()
    assert ImportBatch.objects.get().status == BatchStatus.CONFIRMED


# The files of others, with their truths


def _cases() -> dict[str, dict[str, object]]:
    folder = Path(__file__).parents[4] / ".." / "shared" / "data" / "ledgers"
    path = folder.resolve() / "expected.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


CASES = _cases()


def _imported(desk: Desk, batch: ImportBatch) -> dict[str, Decimal]:
    desk.post(
        f"{batch.fiscal_year.year}/imports/{batch.pk}/confirm/", {"in_euros": "on", "replace": "on"}
    )
    batch.refresh_from_db()
    assert batch.status == BatchStatus.CONFIRMED
    lines = BudgetLine.objects.filter(batch=batch, is_expense=True, is_real=True, is_carried=False)
    return {
        stage.value: total
        for stage in Stage
        if (total := sum(getattr(line, stage.column) or 0 for line in lines))
    }


def _said(answers: dict[str, list[str]], case: dict[str, object]) -> dict[str, object]:
    """Return the answers that the truth of a file says, on its screen."""
    wanted = " ".join(map(str, case.get("options", ())))
    return {
        name: next((one for one in options if one.replace("'", "")[9:] in wanted), options[-1])
        for name, options in answers.items()
    }


@pytest.mark.parametrize("name", sorted(CASES) or [pytest.param("", marks=pytest.mark.skip)])
def test_the_files_of_others_are_exact_on_screen_or_ask(desk, town, name, real_data):
    """Nothing silently wrong, each question answered on screen, exact after."""
    case = CASES[name]
    year = int(case.get("year", 2024))
    open_year(town.finance, year=year)
    page = send(desk, (real_data / "ledgers" / name).read_bytes(), name, year)
    batch = ImportBatch.objects.get()
    truth = case.get("totals") or case.get("either")
    if answers := asked(page):
        assert "asks" in case or "either" in case, "over-asked"
        assert not confirms(page)
        totals = {
            one["option"]: one["totals"]
            for question in batch.report["questions"]
            for one in question["answers"]
        }
        assert None not in totals.values()
        given = _said(answers, case)
        page = answer(desk, given, batch)
        batch.refresh_from_db()
        assert not asked(page)
        (option,) = given.values()
        shown = {stage: Decimal(amount) for stage, amount in totals[option].items()}
        assert _imported(desk, batch) == shown
        if "answered" in case:
            assert shown == {s: Decimal(a) for s, a in case["answered"].items()}
    elif not confirms(page):
        assert "asks" in case or "either" in case, "refused"
    else:
        assert "asks" not in case, "silently wrong"
        found = _imported(desk, batch)
        for stage, amount in case.get("may", {}).items():
            assert found.pop(stage, Decimal(amount)) == Decimal(amount)
        assert found == {stage: Decimal(amount) for stage, amount in truth.items()}


SUPPLIERS = "Compte;Libellé;Fournisseur;Ouvert\n2051;Licences;Éditeur SA;1000,00\n"


def test_suppliers_may_be_left_unread_or_erased_afterwards(desk, year):
    page = send(desk, SUPPLIERS)
    assert "Ne pas lire les fournisseurs" in page.words
    batch = ImportBatch.objects.get()
    page = answer(desk, {"unread": ""}, batch)
    assert "Ne pas lire les fournisseurs" not in page.words
    assert "Fournisseur : n’est pas lu" in page.words
    desk.post(f"2026/imports/{batch.pk}/answer/back/", {"name": "supplier"})
    desk.post(f"2026/imports/{batch.pk}/confirm/", {"in_euros": "on"})
    found = BudgetLine.objects.get()
    assert found.supplier == "Éditeur SA"
    # Finance reads them, nobody else.
    url = f"2026/lines/{found.pk}/"
    assert "Éditeur SA" in desk.get(url).words
    assert "Éditeur SA" not in desk.get(url, Role.EDITOR).words
    desk.post(f"2026/imports/{batch.pk}/suppliers/erase/")
    found.refresh_from_db()
    assert found.supplier == ""
    assert AuditEntry.objects.filter(verb="suppliers erased").exists()
    assert "Effacer les fournisseurs" not in desk.get(f"2026/imports/{batch.pk}/").words


def test_two_pieces_of_an_account_are_offered_to_stand_together(desk, year):
    send(desk, TITLES + "6262;Télécoms;400,00;250,00\n")
    first = ImportBatch.objects.get()
    desk.post(f"2026/imports/{first.pk}/confirm/", {"in_euros": "on"})
    page = send(desk, TITLES + "2051;Licences;1000,00;800,00\n", "i.csv")
    assert "Ajouter ce morceau" in page.words
    second = ImportBatch.objects.exclude(pk=first.pk).get()
    page = desk.page(
        desk.post(f"2026/imports/{second.pk}/confirm/", {"in_euros": "on", "piece": ""})
    )
    assert "Morceau" in page.words
    assert BudgetLine.objects.filter(batch__status=BatchStatus.CONFIRMED).count() == 2


def test_the_towns_of_a_syndicate_are_imported_each_in_its_account(desk, year, town, elsewhere):
    for place, siren in ((town, "219900011"), (elsewhere, "219900029")):
        place.organisation.siren = siren
        place.organisation.save()
    its = elsewhere.people[Role.FINANCE]
    its.user = town.people[Role.FINANCE].user
    its.save()
    page = send(desk, TOWNS)
    batch = ImportBatch.objects.get()
    assert desk.url(f"2026/imports/{batch.pk}/split/") in page.links()
    page = desk.get(f"2026/imports/{batch.pk}/split/")
    assert elsewhere.organisation.name in page.words
    both = {"bodies": ["219900011", "219900029"], "in_euros": "on"}
    page = desk.page(desk.post(f"2026/imports/{batch.pk}/split/", both))
    assert "2 comptes importés, chacun chez son organisme." in page.text
    given = BudgetLine.objects.values_list("organisation__siren", "opened")
    assert set(given) == {("219900011", 1000), ("219900029", 70)}
    desk.post(f"2026/imports/{batch.pk}/split/undo/")
    assert not ImportBatch.objects.filter(status=BatchStatus.CONFIRMED).exists()


def test_where_nobody_receives_no_form_is_offered(desk, year):
    send(desk, TOWNS)
    batch = ImportBatch.objects.get()
    page = desk.get(f"2026/imports/{batch.pk}/split/")
    assert "SIREN 219900011" in page.words
    assert page.tree.xpath("//main//form") == []
    assert desk.url(f"2026/imports/{batch.pk}/") in page.tree.xpath("//main//a[@class='btn']/@href")


def test_a_newer_file_says_what_it_changes_before_it_replaces(desk, year):
    send(desk, TITLES + LINES)
    desk.post(f"2026/imports/{ImportBatch.objects.get().pk}/confirm/")
    page = send(desk, TITLES + LINES.replace("1000,00", "1500,00") + "611;Nuage;70,00;\n", "b.csv")
    newer = ImportBatch.objects.get(status=BatchStatus.PREVIEWED)
    assert "nouvelles : 1 ; disparues : 0 ; changées : 1 ; pareilles : 1" in page.words
    assert "Ouvert 1 400,00 1 970,00 + 570,00" in page.words
    assert page.nodes <= MOST_NODES
    where = f"2026/imports/{newer.pk}/differences/"
    assert any(link.endswith(where) for link in page.links())
    listed = desk.get(where)
    assert "Licences 2051 1 000,00 1 500,00 + 500,00 changée" in listed.words
    assert "Licences" not in desk.get(where + "?change=new").words
    desk.post(f"2026/imports/{newer.pk}/confirm/", {"replace": "on"})
    assert desk.get(where).status == 302


def test_differences_are_light_and_cost_the_same_however_many(desk, year):
    def ledger(number: int, cents: str) -> str:
        lines = "".join(f"611;Ligne {n};{n}{cents};\n" for n in range(1, number + 1))
        return TITLES + "2051;Parc;70,00;\n" + lines

    counts = []
    for number in (3, 600):
        send(desk, ledger(number, ",00"), f"a{number}.csv")
        first = ImportBatch.objects.get(status=BatchStatus.PREVIEWED)
        desk.post(f"2026/imports/{first.pk}/confirm/", {"replace": "on"})
        send(desk, ledger(number, ",50"), f"b{number}.csv")
        newer = ImportBatch.objects.get(status=BatchStatus.PREVIEWED)
        with CaptureQueriesContext(connection) as counted:
            page = desk.get(f"2026/imports/{newer.pk}/differences/")
        counts.append(len(counted))
        assert page.nodes <= MOST_NODES
        desk.post(f"2026/imports/{newer.pk}/confirm/", {"replace": "on"})
    assert counts[0] == counts[1]
