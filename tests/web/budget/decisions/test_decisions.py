"""The register leaves, comes back, is previewed, imported whole, and undone: from the page."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portulan.accounts.access import Role
from portulan.budget.decisions.sheet import rows_of_sheet
from portulan.budget.decisions.writes import outcomes_of, shown
from portulan.budget.models import Attribution, DecisionSheet, FiscalYear
from portulan.budget.words import Stage, Verdict
from portulan.core.merge.digests import digest_of
from portulan.core.tables.tabular import open_workbook
from tests.budget.decisions.conftest import Paper
from tests.budget.decisions.stranger import rows_of
from tests.web.budget.conftest import give, line

D = Decimal


def paper_of() -> Paper:
    heads, *rows = rows_of_sheet(FiscalYear.objects.get(), Stage.OPENED, suppliers=False)
    return Paper(heads, rows)


def send(desk, paper: Paper, kind: str = "xlsx"):
    file = SimpleUploadedFile(f"décisions.{kind}", paper.file(kind).getvalue())
    return desk.post("2026/decisions/?stage=opened", {"file": file})


def confirming(page) -> list[str]:
    return [
        form
        for form in page.forms()
        if "confirm" in form and page.tree.xpath("//button[@class='go']")
    ]


def seen_of(sheet: DecisionSheet) -> dict[str, str]:
    return {"seen": digest_of(shown(outcomes_of(sheet)))}


def test_the_register_is_taken_in_three_kinds(desk, ledger, town) -> None:
    give(town, "Licences", "0.5")
    page = desk.get("2026/decisions/", stage="opened")
    links = [link for link in page.links() if "decisions." in link]
    assert len(links) == 9
    assert (
        len(
            [
                link
                for link in desk.get("2026/decisions/", Role.READER).links()
                if "decisions." in link
            ]
        )
        == 6
    )
    for kind in ("csv", "xlsx", "ods"):
        response = desk.clients(Role.READER).get(desk.url(f"2026/decisions.{kind}?stage=opened"))
        rows = rows_of(b"".join(response.streaming_content), kind)
        (found,) = [row for row in rows if row["Libellé"] == "Licences"]
        assert found["Part dédiée au NR"].replace(",", ".") == "0.5"
        assert "Fournisseur" not in found
    denied = desk.clients(Role.READER).get(desk.url("2026/decisions.csv?suppliers=1"))
    assert denied.status_code == 403
    assert desk.get("2026/decisions.pdf").status == 404


def test_a_sheet_is_previewed_then_imported_then_undone(desk, ledger) -> None:
    paper = paper_of()
    paper.put(paper.row("Hébergement"), verdict="Mixte", it_share="60 %", verdict_reason="clé")
    paper.put(paper.row("Licences"), amount=D("300"), reason="marché")
    page = desk.page(send(desk, paper))
    assert "2 nouveaux" in page.words
    assert "Périmètre : Mixte" in page.words or "Part informatique : 60 %" in page.words
    assert "Montant fléché : 300,00 €" in page.words
    assert not Attribution.objects.exists()
    (form,) = confirming(page)
    sheet = DecisionSheet.objects.get()
    for wrong in ({}, {"seen": ""}, {"seen": "0" * 12}):
        refused = desk.clients(Role.FINANCE).post(form, wrong, follow=True)
        assert "a changé depuis" in desk.page(refused).text
        assert not Attribution.objects.exists()
    response = desk.clients(Role.FINANCE).post(form, seen_of(sheet), follow=True)
    assert "2 lignes décidées par la feuille" in desk.page(response).text
    assert line("Hébergement").it_share == D("0.6")
    desk.post(f"2026/decisions/{sheet.pk}/take-back/")
    assert line("Hébergement").verdict == Verdict.MIXED
    assert line("Hébergement").it_share is None
    assert "annulée" in desk.get(f"2026/decisions/{sheet.pk}/").words


def test_a_sheet_is_written_as_it_was_shown(desk, ledger, town) -> None:
    paper = paper_of()
    paper.put(paper.row("Hébergement"), verdict="Mixte", it_share="60 %", verdict_reason="clé")
    paper.put(paper.row("Licences"), amount=D("300"), reason="marché")
    page = desk.page(send(desk, paper))
    (form,) = confirming(page)
    (seen,) = re.findall(r'name="?seen"? value="?(\w+)', page.text)
    give(town, "Licences", "0.5")
    refused = desk.clients(Role.FINANCE).post(form, {"seen": seen}, follow=True)
    assert "a changé depuis" in desk.page(refused).text
    assert Attribution.objects.count() == 1


def test_what_is_refused_names_its_cell_and_nothing_enters(desk, ledger) -> None:
    paper = paper_of()
    paper.put(paper.row("Licences"), share=D("0.5"))
    page = desk.page(send(desk, paper))
    assert "1 refusé" in page.words
    assert "AH2 : Dites pourquoi" in page.words
    assert not confirming(page)
    sheet = DecisionSheet.objects.get()
    answer = desk.post(f"2026/decisions/{sheet.pk}/confirm/", seen_of(sheet))
    assert "attend des réponses" in desk.page(answer).text
    desk.post(f"2026/decisions/{sheet.pk}/discard/")
    assert not DecisionSheet.objects.exists()


def test_a_conflict_is_answered_on_the_page(desk, ledger, town) -> None:
    paper = paper_of()
    paper.put(paper.row("Licences"), share=D("0.5"), reason="feuille")
    paper.put(paper.row("Télécoms"), share=D("0.5"), reason="feuille")
    give(town, "Licences", "0.1")
    page = desk.page(send(desk, paper))
    assert "1 en conflit" in page.words
    sheet = DecisionSheet.objects.get()
    conflicts = page.tree.xpath("//section[@aria-labelledby='h-conflicts']//tbody/tr")
    fields = [row.xpath("string(th)") for row in conflicts]
    assert [field.partition(",")[0] for field in fields] == ["Part dédiée au NRAC2", "MotifAH2"]
    names = page.tree.xpath("//select[starts-with(@name, 'side-')]/@name")
    unanswered = desk.post(f"2026/decisions/{sheet.pk}/confirm/", seen_of(sheet))
    assert "attend des réponses" in desk.page(unanswered).text
    assert line("Licences").attributions.get().share == D("0.1")
    sides = dict(zip(names, ["theirs", "ours"], strict=True))
    desk.post(f"2026/decisions/{sheet.pk}/confirm/", seen_of(sheet) | sides)
    kept = line("Licences").attributions.get()
    assert (kept.share, kept.reason) == (D("0.5"), "clé de répartition")
    assert line("Télécoms").attributions.get().share == D("0.5")


def test_the_lines_of_a_page_come_back(desk, ledger, town) -> None:
    """What a page of lines shows is exported, sorted, edited by somebody, and given back."""
    give(town, "Licences", "0.5")
    response = desk.clients(Role.FINANCE).get(desk.url("2026/lines.xlsx?stage=opened&order=label"))
    (book,) = open_workbook(io.BytesIO(b"".join(response.streaming_content)))
    heads, *rows = [[*row] for _number, row in book.rows()]
    paper = Paper([*heads, "Mes notes"], [[*row, "à voir"] for row in reversed(rows)])
    assert not confirming(desk.page(send(desk, paper)))
    paper.put(paper.row("Licences"), share=D("0.4"), reason="moins", evidence="note 2")
    page = desk.page(send(desk, paper))
    assert "1 changé" in page.words
    (form,) = confirming(page)
    sheet = DecisionSheet.objects.latest("pk")
    desk.clients(Role.FINANCE).post(form, seen_of(sheet))
    kept = line("Licences").attributions.get()
    assert (kept.share, kept.reason, kept.evidence) == (D("0.4"), "moins", "note 2")
    desk.post(f"2026/decisions/{sheet.pk}/take-back/")
    assert line("Licences").attributions.get().share == D("0.5")


def test_what_is_no_sheet_says_what_to_do(desk, ledger) -> None:
    file = SimpleUploadedFile("x.csv", b"a;b\n1;2\n")
    page = desk.page(desk.post("2026/decisions/?stage=opened", {"file": file}))
    assert page.status == 422
    assert "Clé de ligne" in page.words


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR, Role.AUDITOR])
def test_only_who_decides_gives_a_sheet_back(desk, ledger, role) -> None:
    send(desk, paper_of())
    sheet = DecisionSheet.objects.get()
    assert desk.get("2026/decisions/", role).status == 200
    assert not desk.get("2026/decisions/", role).tree.xpath("//input[@type='file']")
    assert desk.get(f"2026/decisions/{sheet.pk}/", role).status in {403, 404}
    for deed in ("confirm", "take-back", "discard"):
        assert desk.post(f"2026/decisions/{sheet.pk}/{deed}/", role=role).status_code == 403
    file = SimpleUploadedFile("x.csv", io.BytesIO(b"a;b\n").getvalue())
    assert desk.post("2026/decisions/", {"file": file}, role=role).status_code == 403
