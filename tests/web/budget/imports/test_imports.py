"""Importing from the browser: shown first, whole or not at all, undone and put back."""

from __future__ import annotations

import io
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portulan.accounts.access import Role
from portulan.budget.attributions.writes import attribute
from portulan.budget.imports.writes import preview
from portulan.budget.models import BudgetLine, ColumnMapping, ImportBatch
from portulan.budget.words import BatchStatus, Method, Stage
from portulan.budget.years.writes import open_year
from portulan.core.models import AuditEntry
from portulan.core.uploads import upload_path
from portulan.web.templatetags.portulan import undo_url
from tests.pages import MOST_NODES
from tests.web.budget.conftest import HEAD, ROWS, D, give, line, load

# Nothing says what they are, or at which stage the amounts are.
UNKNOWN = "Quoi;Combien;Autre\nServeur;1000,00;x\nÉcran;250,50;y\n"
VAGUE = "Compte;Libellé;Montant\n2051;Licences;1000,00\n"


def choosing(desk, response) -> str:
    """Return where the columns of a file just sent are told: at once, or from its questions."""
    last: str = response.redirect_chain[-1][0]
    links = [link for link in desk.page(response).links() if "/columns/" in link]
    return last if "/columns/" in last else links[0]


def send(desk, content: str | bytes, name: str = "gl.csv"):
    content = content.encode() if isinstance(content, str) else content
    return desk.post("2026/imports/new/", {"file": SimpleUploadedFile(name, content)})


def test_a_file_is_shown_first_then_imported_whole_and_that_can_be_undone(desk, year):
    response = send(desk, HEAD + ROWS + "DSI;;;Total;;;5010,00;5140,00;2960,00\n")
    page = desk.page(response)
    batch = ImportBatch.objects.get()
    assert response.redirect_chain[-1][0] == desk.url(f"2026/imports/{batch.pk}/")
    assert not BudgetLine.objects.exists()
    assert "7 lignes gardées sur 8 lues : rien n’est encore dans les comptes de 2026." in page.words
    assert "écartées : lignes de total 1" in page.words
    assert "Dépenses d’investissement 1 500,00 1 700,00 1 050,00" in page.words
    assert "6262 400,00 400,00 400,00" in page.words
    assert page.tree.xpath("//*[@aria-current='step']")

    response = desk.post(f"2026/imports/{batch.pk}/confirm/")
    page = desk.page(response)
    assert "7 lignes de « gl.csv » sont dans les comptes de 2026." in page.words
    assert BudgetLine.objects.count() == 7
    (undo,) = [undo_url(m) for m in response.context["messages"] if undo_url(m)]
    response = desk.clients(Role.FINANCE).post(undo, follow=True)
    batch.refresh_from_db()
    assert batch.status == BatchStatus.ROLLED_BACK
    assert "Annulé le" in desk.page(response).words
    # And the undoing is undone.
    (redo,) = [undo_url(m) for m in response.context["messages"] if undo_url(m)]
    desk.clients(Role.FINANCE).post(redo)
    batch.refresh_from_db()
    assert batch.status == BatchStatus.CONFIRMED
    assert BudgetLine.objects.count() == 7


def test_rolling_back_says_first_what_leaves(desk, town, ledger):
    give(town, "Licences", "0.5")
    page = desk.get(f"2026/imports/{ledger.pk}/roll-back/")
    assert "7 lignes sortent des comptes de 2026." in page.words
    assert "fléchage n’est plus compté" in page.words
    ledger.refresh_from_db()
    assert ledger.status == BatchStatus.CONFIRMED


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Le fichier est vide"),
        (b"%PDF-1.7 x", "PDF"),
        (b"\x00\x01\x02\x03", ""),
        (b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", ""),
        (b"PK\x03\x04 not a workbook", ""),
        (b"seul\n", ""),
    ],
)
def test_an_unusable_file_is_refused_with_a_sentence_beside_its_field(desk, year, content, words):
    page = desk.page(send(desk, content))
    if page.status == 200:  # its columns are asked for: a table, but which?
        assert "Aucune ligne de titres n’a été reconnue" in page.words
    else:
        assert page.status == 422
        assert words in page.words
        said = [note for note in page.tree.find_class("err") if note.text_content().strip()]
        assert said or page.tree.find_class("warn")
    assert not ImportBatch.objects.exists()
    assert not BudgetLine.objects.exists()


def test_refusals_are_said_in_the_language_of_the_page(desk, year):
    client = desk.clients(Role.FINANCE)
    user = desk.town.people[Role.FINANCE].user
    user.language = "en"
    user.save()
    client.post("/language/en/")
    page = desk.page(send(desk, b"%PDF-1.7 x"))
    assert page.status == 422
    assert "not a file of accounts" in page.words
    assert page.tree.get("lang") == "en"


def test_no_file_at_all_is_said(desk, year):
    page = desk.page(desk.post("2026/imports/new/", {}))
    assert page.status == 422
    assert page.tree.get_element_by_id("id_file").get("aria-invalid") == "true"


def test_the_same_file_is_not_imported_twice(desk, ledger):
    page = desk.page(send(desk, HEAD + ROWS))
    assert page.status == 422
    assert "déjà importé dans l’exercice 2026, sous le nom « grand-livre.csv »" in page.words


def test_a_newer_file_replaces_and_decisions_follow(desk, town, ledger):
    give(town, "Licences", "0.5")
    give(town, "Télécoms", "0.25")
    newer = ROWS.replace("1200,00", "1500,00").replace("Télécoms", "Téléphonie")
    page = desk.page(send(desk, HEAD + newer, "gl-juin.csv"))
    assert "« grand-livre.csv », importé le" in page.words
    assert "Remplacer et importer" in page.words
    (form,) = page.tree.xpath("//form[contains(@action, '/confirm/')]")
    data = {
        field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")
    }
    # Somebody who did not see what it replaces does not replace it.
    refused = desk.page(desk.clients(Role.FINANCE).post(form.get("action"), {}))
    assert refused.status == 422
    assert "remplacez-le" in refused.words
    page = desk.page(desk.clients(Role.FINANCE).post(form.get("action"), data, follow=True))
    ledger.refresh_from_db()
    assert ledger.status == BatchStatus.ROLLED_BACK
    assert "Décisions reprises de « grand-livre.csv » : fléchages, 1" in page.words
    assert "1 ligne décidée n’a pas trouvé la sienne" in page.words
    assert "Télécoms" in page.said("//main//div[contains(@class, 'warn')]")
    kept = BudgetLine.objects.get(label="Licences", batch__status="confirmed")
    assert kept.attributions.get().share == D("0.5")


def test_what_it_does_to_euros_typed_is_said_before_and_after(desk, town, ledger):
    options = {"method": Method.KEY, "reason": "clé", "stage": Stage.OPENED}
    for label, amount in (("Licences", "600"), ("Télécoms", "400")):
        attribute(town.finance, line=line(label), amount=D(amount), **options)
    newer = ROWS.replace("1200,00", "1500,00").replace("400,00;400,00;400", "400,00;300,00;400")
    page = desk.page(send(desk, HEAD + newer, "gl-juin.csv"))
    for when in ("changerait", "a changés"):
        assert f"Montants fléchés en euros que ce fichier {when}" in page.words
        assert "« Licences » : 600,00 € (ouvert) restent, de 50 % à 40 %." in page.words
        assert "« Télécoms » : 400,00 € (ouvert) dépassent ce que contient la ligne" in page.words
        if when == "changerait":
            (form,) = page.tree.xpath("//form[contains(@action, '/confirm/')]")
            fields = form.xpath(".//input[@type='hidden']")
            data = {field.get("name"): field.get("value") for field in fields}
            desk.clients(Role.FINANCE).post(form.get("action"), data)
            page = desk.get(form.get("action").partition("/budget/")[2].removesuffix("confirm/"))
    assert "ne contient plus les euros" in desk.get("2026/", stage="opened").words


def test_unreadable_lines_are_listed_and_refuse_the_whole_file(desk, year):
    rows = ROWS + "DSI;2051;I;Faute;X;M;12,,5;1;1\nDSI;2051;I;Faute;X;M;1;1O0;1\n"
    page = desk.page(send(desk, HEAD + rows))
    assert "n’ont pas pu être lues" in page.words
    assert "2 erreurs dans le fichier" in page.words
    places = [" ".join(s.itertext()) for s in page.tree.xpath("//li/span[@class='st']")]
    assert places == ["Ligne 9", "Ligne 10"]
    assert "Importer" not in [b.text for b in page.tree.xpath("//main//button")]
    batch = ImportBatch.objects.get()
    refused = desk.page(desk.post(f"2026/imports/{batch.pk}/confirm/"))
    assert refused.status == 422
    assert "corrigez-le, puis recommencez" in refused.words
    assert not BudgetLine.objects.exists()


def test_a_table_without_accounts_says_so_before_it_is_imported(desk, year):
    warning = "Aucune ligne n’a de compte ni de section"
    assert warning in desk.page(send(desk, "Intitulé;Voté\nServeur;1000,00\n")).words
    named = desk.page(send(desk, "Compte;Intitulé;Voté\n2183;Serveur;1000,00\n", "b.csv"))
    assert warning not in named.words


@pytest.mark.parametrize("content", [UNKNOWN, VAGUE])
def test_a_table_whose_columns_are_not_known_asks_a_person(desk, year, content):
    url = choosing(desk, send(desk, content))
    page = desk.page(desk.clients(Role.FINANCE).get(url))
    assert "1000,00" in page.said("//tbody") or "1 000,00" in page.said("//tbody")
    # No amount chosen, or one field twice: said, and nothing is read.
    nothing = desk.page(desk.clients(Role.FINANCE).post(url, {}))
    assert nothing.status == 422
    assert "au moins une colonne de montant" in nothing.words
    twice = {"column-0": "label", "column-1": "opened", "column-2": "opened"}
    assert desk.clients(Role.FINANCE).post(url, twice).status_code == 422
    assert not BudgetLine.objects.exists()

    columns = {"column-0": "label", "column-1": "opened"}
    if content == VAGUE:
        columns = {"column-0": "account", "column-1": "label", "column-2": "voted"}
    response = desk.clients(Role.FINANCE).post(url, columns, follow=True)
    batch = ImportBatch.objects.get()
    titles = content.splitlines()[0].split(";")
    assert batch.mapping == {field: titles[int(name[-1])] for name, field in columns.items()}
    # What was chosen is shown again to whoever wants to change it.
    again = [link for link in desk.page(response).links() if "/columns/" in link]
    chosen = desk.page(desk.clients(Role.FINANCE).get(again[0]))
    assert chosen.tree.xpath("//select[@name='column-1']/option[@selected]/@value") == [
        columns["column-1"]
    ]
    desk.post(f"2026/imports/{batch.pk}/confirm/")
    assert BudgetLine.objects.count() == content.count("\n") - 1


DEBITS = "Compte;Libellé;Débit;Crédit\n2051;Licences;500,00;20,00\n6262;Lignes;300,00;\n"


def test_a_debit_and_a_credit_that_were_swapped_are_caught_before_they_are_written(desk, year):
    page = desk.page(send(desk, DEBITS))
    assert "sont lus comme du mandaté" in page.words
    assert not page.tree.xpath("//input[@name='in_euros']")
    (choose,) = [link for link in page.links() if "/columns/" in link]
    finance = desk.clients(Role.FINANCE)
    chosen = desk.page(finance.get(choose))
    assert chosen.tree.xpath("//select[@name='column-2']/option[@selected]/@value") == ["debit"]
    named = {"column-0": "account", "column-1": "label"}
    alone = desk.page(finance.post(choose, named | {"column-2": "debit", "column-3": "opened"}))
    assert alone.status == 422
    assert "se choisissent ensemble" in alone.words

    swapped = named | {"column-2": "credit", "column-3": "debit"}
    page = desk.page(finance.post(choose, swapped, follow=True))
    assert "débit et crédit échangés" in page.words
    batch = ImportBatch.objects.get()
    refused = desk.page(desk.post(f"2026/imports/{batch.pk}/confirm/"))
    assert refused.status == 422
    assert not BudgetLine.objects.exists()

    right = named | {"column-2": "debit", "column-3": "credit", "tool": "Compta"}
    finance.post(choose, right)
    batch = ImportBatch.objects.get()
    desk.post(f"2026/imports/{batch.pk}/confirm/")
    assert (line("Licences").realised, line("Lignes").realised) == (D(480), D(300))
    assert ColumnMapping.objects.get().columns["credit"] == "Crédit"


def test_columns_that_hold_no_amount_are_told_by_their_lines_alone(desk, year):
    (choose,) = [link for link in desk.page(send(desk, DEBITS)).links() if "/columns/" in link]
    wrong = {"column-0": "account", "column-1": "voted"}
    page = desk.page(desk.clients(Role.FINANCE).post(choose, wrong, follow=True))
    assert "n’est pas un montant (Libellé)" in page.words
    assert "Aucune ligne n’a de compte ni de section" not in page.words


def test_rows_of_one_kind_are_chosen_with_the_columns(desk, year):
    rows = [f"60{n};Achat {n};{kind};{n}0,00" for n in range(1, 6) for kind in ("Prévu", "Fait")]
    url = choosing(desk, send(desk, "Compte;Objet;Nature;Montant\n" + "\n".join(rows) + "\n"))
    chosen = desk.page(desk.clients(Role.FINANCE).get(url))
    assert chosen.tree.xpath("//select[@name='only']//option/@value") == [
        *("", "Nature=Prévu", "Nature=Fait")
    ]
    said = {"column-0": "account", "column-1": "label", "column-3": "realised"}
    page = desk.page(
        desk.clients(Role.FINANCE).post(url, said | {"only": "Nature=Fait"}, follow=True)
    )
    assert "150" in page.words
    desk.post(f"2026/imports/{ImportBatch.objects.get().pk}/confirm/")
    assert sum(one.realised for one in BudgetLine.objects.all()) == D(150)


def test_columns_said_once_for_a_tool_are_proposed_for_its_next_file(desk, year, town):
    url = choosing(desk, send(desk, VAGUE))
    columns = {"column-0": "account", "column-1": "label", "column-2": "voted"}
    said = columns | {"tool": "Ciril", "unit": "1000"}
    desk.clients(Role.FINANCE).post(url, said)
    first = ImportBatch.objects.get()
    desk.post(f"2026/imports/{first.pk}/confirm/")
    amount = BudgetLine.objects.get(batch=first, label="Licences").voted

    # The next export, a month later: nothing is asked, and what was supposed is said.
    later = VAGUE.replace("Licences", "Licences et nuage")
    page = desk.page(send(desk, later, "juillet.csv"))
    assert "Colonnes lues comme celles de « Ciril »" in page.words
    second = ImportBatch.objects.exclude(pk=first.pk).get()
    assert second.mapping == {**first.mapping, "unit": "1000"}
    assert not second.lines.exists()
    (choose,) = [link for link in page.links() if "/columns/" in link]
    chosen = desk.page(desk.clients(Role.FINANCE).get(choose))
    assert chosen.tree.xpath("//input[@name='tool']/@value") == ["Ciril"]
    desk.post(f"2026/imports/{second.pk}/confirm/", {"replace": "on"})
    assert BudgetLine.objects.get(batch=second, label="Licences et nuage").voted == amount

    # It can be forgotten: what was imported stays, and the next file asks again.
    page = desk.get("2026/imports/new/")
    assert "Colonnes retenues" in page.words
    mapping = ColumnMapping.objects.get()
    desk.post(f"2026/imports/tools/{mapping.pk}/forget/")
    assert "Montant voté : « Montant »" in desk.page(send(desk, later + "2188;Autre;5\n")).words
    assert second.lines.exists()


def test_columns_without_a_title_of_their_own_are_not_remembered(desk, year):
    url = choosing(desk, send(desk, "Compte;Montant;Montant\n2051;5;6\n"))
    said = {"column-0": "account", "column-2": "voted", "tool": "Ciril"}
    page = desk.page(desk.clients(Role.FINANCE).post(url, said))
    assert page.status == 422
    assert "ne se retient pas" in page.words
    assert not ColumnMapping.objects.exists()
    assert not ImportBatch.objects.filter(mapping__account="Compte").exists()


def test_the_address_of_columns_opens_for_its_year_alone_and_cannot_be_made_up(
    desk, year, town, elsewhere, signed_in
):
    url = choosing(desk, send(desk, VAGUE))
    token = url.rstrip("/").rpartition("/")[2]
    open_year(town.finance, year=2025)
    open_year(elsewhere.finance, year=2026)
    assert desk.get(f"2025/imports/columns/{token}/").status == 404
    assert desk.get(f"2026/imports/columns/{token[:-2]}xx/").status == 404
    client = signed_in(Role.FINANCE, elsewhere)
    assert client.get(f"/{elsewhere.slug}/budget/2026/imports/columns/{token}/").status_code == 404
    assert desk.get(f"2026/imports/columns/{token}/", Role.READER).status == 403


def test_a_workbook_of_several_sheets_lets_the_sheet_be_chosen(desk, year):
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for name, amount in (("Recettes", 5), ("Dépenses", 7)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Compte", "Libellé", "Montant"])
            sheet.write_row(1, 0, ["2051", f"Licences {name}", amount])
    url = choosing(desk, send(desk, stream.getvalue(), "classeur.xlsx")) + "?sheet=D%C3%A9penses"
    assert "Licences Dépenses" in desk.page(desk.clients(Role.FINANCE).get(url)).words
    columns = {"column-0": "account", "column-1": "label", "column-2": "opened"}
    desk.clients(Role.FINANCE).post(url, columns)
    batch = ImportBatch.objects.get()
    assert batch.mapping["sheet"] == "Dépenses"
    desk.post(f"2026/imports/{batch.pk}/confirm/")
    assert line("Licences Dépenses").opened == D(7)


def test_a_preview_is_abandoned_and_an_import_is_not(desk, town, year, ledger):
    shown = preview(
        town.finance,
        fiscal_year=year,
        stream=io.BytesIO((HEAD + "DSI;2051;F;Autre;X;M;1;1;1\n").encode()),
        file_name="autre.csv",
    )
    desk.post(f"2026/imports/{shown.pk}/discard/")
    assert list(ImportBatch.objects.all()) == [ledger]
    page = desk.page(desk.post(f"2026/imports/{ledger.pk}/discard/"))
    assert "un import s’annule" in page.words
    assert ImportBatch.objects.filter(pk=ledger.pk).exists()


def test_the_list_says_what_each_file_became(desk, town, year, ledger):
    load(town, year, ROWS.replace("1200", "1300"), replace=True)
    send(desk, HEAD + "DSI;2051;F;Autre;X;M;1;1;1\n", "autre.csv")
    rows = [
        " ".join(" ".join(r.itertext()).split())
        for r in desk.get("2026/imports/").tree.xpath("//tbody/tr")
    ]
    assert [row.split(" Grand livre")[0] for row in rows] == [
        "autre.csv Aperçu", "grand-livre.csv Dans les comptes", "grand-livre.csv Annulé",
    ]  # fmt: skip
    assert "voté, ouvert, mandaté 7 Fonction finance" in rows[1]


@pytest.mark.real
def test_a_real_account_is_imported_from_the_browser(desk, town, real_data):
    open_year(town.finance, year=2021)
    content = (real_data / "budgets" / "totem_crach_CA_2021.xml").read_bytes()
    response = desk.post("2021/imports/new/", {"file": SimpleUploadedFile("ca-2021.xml", content)})
    page = desk.page(response)
    assert "Dépenses de fonctionnement 2 612 060,89 2 612 060,89 2 282 436,65" in page.words
    assert "comptes seuls ne disent pas qui est la DSI" in page.words
    desk.post(f"2021/imports/{ImportBatch.objects.get().pk}/confirm/")
    shown = desk.get("2021/", stage="realised")
    # 2051, 2183, 6262 and 6512 under M14, to the cent of the published account.
    assert "sur 62 064 € TTC" in shown.words
    assert shown.nodes <= MOST_NODES


def test_the_file_is_handed_over_as_it_was_received_to_who_may_have_it(desk, year):
    content = (HEAD + ROWS).encode()
    send(desk, content, "<b>comptes été.csv")
    batch = ImportBatch.objects.get()
    here = f"2026/imports/{batch.pk}/original/"
    for role in (Role.FINANCE, Role.ADMIN, Role.AUDITOR):
        assert desk.url(here) in desk.get(f"2026/imports/{batch.pk}/", role).links()
        response = desk.clients(role).get(desk.url(here))
        assert b"".join(response.streaming_content) == content
        assert response["Content-Disposition"].startswith("attachment; filename")
        assert quote("été.csv") in response["Content-Disposition"]
        assert response["Content-Type"] == "application/octet-stream"
        assert response["X-Content-Type-Options"] == "nosniff"
    assert AuditEntry.objects.filter(verb="handed over", subject_id=batch.pk).count() == 3
    for role in (Role.READER, Role.CONTRIBUTOR, Role.EDITOR):
        assert desk.url(here) not in desk.get(f"2026/imports/{batch.pk}/", role).links()
        assert desk.clients(role).get(desk.url(here)).status_code == 403
    upload_path(batch.sha256).unlink()
    assert desk.clients(Role.FINANCE).get(desk.url(here)).status_code == 404
    assert AuditEntry.objects.filter(verb="handed over").count() == 3


def test_decisions_left_behind_are_listed_and_the_replacement_is_undone(desk, year, ledger):
    give(desk.town, "Licences", "0.5")
    load(desk.town, year, "DSI;2051;I;Autre;Éditeur SA;M-9;1,00;1,00;1,00\n", replace=True)
    june = ImportBatch.objects.latest("pk")
    assert (
        desk.url(f"2026/imports/{june.pk}/not-carried/")
        in desk.get(f"2026/imports/{june.pk}/").links()
    )
    page = desk.get(f"2026/imports/{june.pk}/not-carried/")
    assert "Licences" in page.words
    assert "50 %" in page.words
    asked = desk.get(f"2026/imports/{june.pk}/roll-back/")
    assert "Remettre en vigueur ce qu’il avait remplacé : grand-livre.csv" in asked.words
    desk.post(f"2026/imports/{june.pk}/roll-back/", {"put_back": "on"})
    ledger.refresh_from_db()
    assert ledger.status == "confirmed"


def test_accounting_leads_to_its_lines_and_to_what_waits(desk, ledger):
    page = desk.get("2026/imports/")
    assert page.said("//h1") == "Comptabilité 2026"
    assert {desk.url("2026/lines/"), desk.url("2026/queue/")} <= set(page.links())
    assert desk.url("2026/queue/") not in desk.get("2026/imports/", Role.READER).links()
    assert desk.get("").said("//h1") == "Exercices"
