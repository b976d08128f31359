"""The page of an exercice: the figure, where each term comes from, its publication."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.budget.attributions.writes import withdraw
from portulan.budget.funding.writes import set_ambition
from portulan.budget.imports.writes import roll_back
from portulan.budget.indicator.facts import year_facts
from portulan.budget.indicator.reads import default_stage
from portulan.budget.indicator.trajectory import trajectory_of
from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.lines.kept_sums import following
from portulan.budget.models import Attribution, BudgetLine, FiscalYear, IndicatorRun
from portulan.budget.perimeter.verdicts import override_line
from portulan.budget.perimeter.writes import answer_questions, bring_into_force, draft_perimeter
from portulan.budget.words import AttributionStatus, Costing, Stage, Verdict, YearStatus
from portulan.budget.years.writes import edit_year, open_year
from tests.pages import MOST_NODES
from tests.qualified import qualify
from tests.web.budget.conftest import D, give, line, load


def answer(town, on, *codes: str) -> None:
    draft = draft_perimeter(town.finance)
    answer_questions(
        town.finance,
        perimeter=draft,
        service_codes=codes,
        with_school_equipment=False,
        with_staff=False,
    )
    bring_into_force(town.finance, perimeter=draft, on=on)


@pytest.fixture
def told(town, ledger, year, action):
    """The DSI's lines are known by their manager, and four are attributed."""
    answer(town, year.starts_on, "DSI")
    give(town, "Licences", "0.5", AttributionStatus.JUSTIFIED, action=action)
    give(town, "Hébergement", "0.1")
    give(town, "Télécoms", "0.25", AttributionStatus.PROPOSED)
    give(town, "Mobilier", "1", outside_it=True)


def test_the_figure_is_given_with_all_that_makes_it_readable(desk, told, town, plan):
    set_ambition(town.finance, plan=plan, year=2026, percent=D("20"))
    page = desk.get("2026/")
    assert page.said("//h1") == "Budget 2026, crédits ouverts"
    # N = 600 + 300, D = 1200 + 500 + 3000 + 400 − 50.
    assert page.said("//*[@class='fig']") == "17,8 % 900 € sur 5 050 € TTC, dépenses réelles"
    facts = page.said("//dl[@class='facts']")
    assert "20,0 %, soit 1 010 € : il manque 110 €" in facts
    assert "11,9 % justifié seul, 19,8 % si tout est accepté" in facts
    assert "Brouillon" in facts
    assert page.tree.xpath("//svg[@role='img']")
    assert "Données" not in page.said("//figure")
    assert page.nodes <= MOST_NODES


def test_each_term_leads_to_the_lines_that_make_it(desk, told):
    page = desk.get("2026/")
    terms = {
        row.xpath("string(th)"): row for row in page.tree.xpath("//table[1]//tbody/tr[th][td[3]]")
    }
    for name, sums in {
        "Budget de la DSI (dénominateur)": "Dans le budget de la DSI : 5 050 € TTC",
        "Fléchages justifiés": "justifié 600 €",
        "Fléchages déclarés": "déclaré 300 €",
        "Propositions": "proposé 100 €",
    }.items():
        link = next(row.xpath("td[1]/a/@href")[0] for term, row in terms.items() if term == name)
        lines = desk.page(desk.clients(Role.READER).get(link))
        assert sums in lines.words, name
        assert "périmètre édition 2" in lines.words
    to_review = page.tree.xpath("//a[contains(., 'à examiner')]/@href")[0]
    assert "attribution=to_review" in urlsplit(to_review).query
    listed = desk.page(desk.clients(Role.READER).get(to_review))
    # Télécoms has a proposal only: it waits like the others.
    assert all(name in listed.words for name in ("Onduleurs", "Télécoms", "Avoir"))
    assert "Licences" not in listed.said("//tbody")


def test_the_lines_to_review_are_as_many_as_said_and_the_undecided_are_not_of_them(
    desk, ledger, town
):
    page = desk.get("2026/")
    (link,) = page.tree.xpath("//a[contains(., 'à examiner')]")
    count = int(link.text.split()[0])
    listed = desk.page(desk.clients(Role.READER).get(link.get("href")))
    assert len(listed.tree.xpath("//tbody/tr")) == count
    assert "Hébergement" not in listed.said("//tbody")
    for pk in BudgetLine.objects.filter(it_share__isnull=False).values_list("pk", flat=True):
        desk.post(f"2026/lines/{pk}/review/")
    (link,) = desk.get("2026/").tree.xpath("//td/a[contains(., 'à décider')]")
    listed = desk.page(desk.clients(Role.READER).get(link.get("href")))
    assert len(listed.tree.xpath("//tbody/tr")) == int(link.text.split()[0]) == 3


def test_each_term_of_an_older_run_leads_to_the_lines_of_today(desk, told, town, year, monkeypatch):
    monkeypatch.setattr("portulan.web.budget.indicator.views.rows_of", lambda _run: None)
    run = compute_run(town.finance, fiscal_year=year, stage=Stage.OPENED)
    page = desk.get(f"2026/runs/{run.pk}/", Role.READER)
    assert "qui ont pu bouger depuis" in page.words
    links = {a.text: a.get("href") for a in page.tree.xpath("//tbody//a")}
    assert len(links) == 5
    for amount, link in links.items():
        assert "stage=opened" in link
        listed = desk.page(desk.clients(Role.READER).get(link))
        assert " ".join(amount.split(",")[0].split()) in listed.words, link


def test_what_was_published_last_is_shown_first_and_no_draft_takes_its_place(
    desk, told, town, plan
):
    opens_at = {"opened": "crédits ouverts", "realised": "dépenses mandatées"}
    for stage in opens_at:
        desk.post(f"2026/publish/?stage={stage}")
        assert desk.get("2026/").said("//h1").endswith(opens_at[stage])
        assert "brouillon" not in desk.get("").words.lower()
    before = FiscalYear.objects.get(year=2026)
    assert default_stage(before) is Stage.REALISED
    assert year_facts(town.organisation.pk).figures[2026].stage is Stage.REALISED
    assert trajectory_of(plan, [])[1].stage is Stage.REALISED
    # Published, then taken back: what the accounts give is shown as before.
    roll_back(town.finance, batch=before.batches.get())
    load(town, before, "DSI;2051;I;Licences;Éditeur SA;M-1;1000,00;1200,00;\n", replace=True)
    assert default_stage(before) is Stage.OPENED


def test_a_stage_is_asked_in_the_address_and_stages_never_mix(desk, told):
    realised = desk.get("2026/", stage="realised")
    assert realised.said("//h1") == "Budget 2026, dépenses mandatées"
    assert "550 € sur 2 960 € TTC" in realised.words
    assert desk.get("2026/", stage="carried_over").said("//h1").endswith("crédits ouverts")
    assert desk.get("2026/", stage="nonsense").said("//h1").endswith("crédits ouverts")


def test_what_waits_is_said_in_a_sentence_with_its_way(desk, told):
    page = desk.get("2026/")
    text = page.said("//main/p[contains(@class, 'warn')]")
    assert text.startswith(
        "Deux lignes attendent : un fléchage déclaré sans preuve, une proposition."
    )
    assert any("/2026/queue/" in link for link in page.links())


def test_cautions_are_words_not_codes(desk, town, ledger, year):
    # Nothing says who the DSI is: licences, network and phones alone are certain.
    unknown = desk.get("2026/")
    assert "Part pas encore connue : rien du budget de la DSI n’est" in unknown.words
    assert "Pas encore connu sur 2 100 € TTC" in unknown.words
    give(town, "Télécoms", "1")
    assert "Part provisoire : moins de 80 %" in desk.get("2026/").words
    give(town, "Licences", "1")
    assert "Au-delà de 25 %, une part surprend" in desk.get("2026/").words
    with following([line("Licences").pk]):
        BudgetLine.objects.filter(label="Licences").update(it_share=D("0.5"))
    page = desk.get("2026/")
    assert "fléchée au-delà de sa part informatique" in page.words
    over = page.tree.xpath("//a[.='Les revoir']/@href")[0]
    assert "Licences" in desk.page(desk.clients(Role.READER).get(over)).said("//tbody")


def test_a_share_that_cannot_be_computed_is_never_zero(desk, town, year):
    load(town, year, "DSI;2051;F;Avoir;X;M;0;-500,00;0\n")
    page = desk.get("2026/")
    assert "Non calculable" in page.words
    assert "Les annulations dépassent ici les dépenses" in page.words
    assert not page.tree.xpath("//*[@class='fig']")
    assert "rien à publier" in desk.get("2026/publish/").words
    # With no line in the perimeter at all, neither.
    override_line(town.finance, line=line("Avoir"), verdict=Verdict.OUT, reason="essai")
    assert "sans objet, aucune ligne à examiner" in desk.get("2026/").words


def test_publishing_keeps_a_run_and_says_when_lines_have_moved(desk, told, town):
    assert "17,8 % du budget 2026 de la DSI" in desk.get("2026/publish/").said("//p[@class='lede']")
    assert not IndicatorRun.objects.exists()
    response = desk.post("2026/publish/")
    run = IndicatorRun.objects.get()
    assert run.published_by == town.people[Role.FINANCE].pk
    page = desk.page(response)
    assert "publiée ; ce calcul ne changera plus" in page.words
    assert "publié le" in page.said("//dl[@class='facts']")
    give(town, "Onduleurs", "1")
    page = desk.get("2026/")
    assert "les lignes ont changé depuis la part publiée" in page.words
    desk.post("2026/publish/")
    assert IndicatorRun.objects.count() == 2
    runs = desk.get("2026/runs/")
    assert len(runs.tree.xpath("//main//a[contains(@href, '/2026/runs/')]")) == 2
    first = desk.get(f"2026/runs/{run.pk}/")
    assert "17,8 %" in first.words
    assert "5 050,00" in first.words


def test_two_years_are_compared_at_equal_stage_or_the_page_says_why_not(desk, town, told, year):
    assert "L’exercice 2025 n’est pas ouvert : rien à comparer." in desk.get("2026/").words
    before = open_year(town.finance, year=2025)
    assert "L’exercice 2025 n’a pas de comptes" in desk.get("2026/").words
    load(town, before, "DSI;2051;F;Licences 2025;X;M;0;;1000,00\n")
    give(town, "Licences 2025", "0.1")
    withdraw(town.finance, attribution=Attribution.objects.get(status="proposed"))
    qualify(town, before, year, stage=Stage.REALISED)
    page = desk.get("2026/")
    assert "2025 est mandaté, 2026 est ouvert : les deux ne se comparent pas." in page.words
    # Spent until now is not held beside a whole year, until somebody says that both are.
    sentence = desk.get("2026/", stage="realised").said("//details/p")
    assert "2025 n’est pas encore complet au stade mandaté" in sentence
    FiscalYear.objects.filter(year=2026).update(ends_on=date(2100, 12, 31))  # under way
    assert "il n’est pas encore complet" in desk.post("2026/whole/").content.decode()
    FiscalYear.objects.filter(year=2026).update(whole_on=date(2027, 6, 12))
    offered = [f"Déclarer {one} complet" in desk.get(f"{one}/edit/").words for one in (2025, 2026)]
    assert offered == [True, False]
    assert "Annuler cette déclaration" in desk.page(desk.post("2025/whole/")).words
    sentence = desk.get("2026/", stage="realised").said("//details/p")
    assert sentence.startswith("Au même stade (dépenses mandatées) et au même périmètre")
    assert "de 10,0 % en 2025 à 18,6 % en 2026" in sentence
    # 100 (550 − 100) / 1000 and 100 × 550 (1/2960 − 1/1000); the sum is the change.
    assert "+ 45,0 points par les dépenses NR (100 → 550 €)" in sentence
    assert "− 36,4 points parce que le budget de la DSI a grandi" in sentence


def test_a_closed_year_is_restated_to_be_compared_and_the_page_says_so(desk, town):
    before = open_year(town.finance, year=2025)
    load(town, before, "EDU;2051;F;Licences des écoles;X;M;0;0;1000,00\nDSI;2051;F;L;X;M;0;0;500\n")
    give(town, "L", "0.1")
    qualify(town, before, stage=Stage.REALISED)
    edit_year(
        town.finance,
        fiscal_year=before,
        starts_on=before.starts_on,
        ends_on=before.ends_on,
        status=YearStatus.CLOSED,
        tax_basis=before.tax_basis,
    )
    year = open_year(town.finance, year=2026)
    load(town, year)
    answer(town, year.starts_on, "DSI")
    qualify(town, year, stage=Stage.REALISED)
    FiscalYear.objects.filter(pk=year.pk).update(whole_on=date(2027, 6, 12))
    sentence = desk.get("2026/", stage="realised").said("//details/p")
    # 50 of 500: under the edition it was closed with, it was 50 of 1 500.
    assert "de 10,0 % en 2025 à 0,0 % en 2026" in sentence
    own = "2025 est recalculé sur cette édition ; sous la sienne (édition 1), sa part est de 3,3 %."
    assert own in sentence
    assert "3,3 %" in desk.get("2025/").said("//*[@class='fig']")
    assert "périmètre édition 1" in desk.get("2025/").words


def test_two_policies_are_not_compared_and_the_page_says_what_to_do(desk, town, told, year):
    before = open_year(
        town.finance, year=2025, costing=Costing.ADDITIONAL, costing_on=year.starts_on
    )
    load(town, before, "DSI;2051;F;Licences 2025;X;M;0;0;1000,00\n")
    FiscalYear.objects.update(whole_on=date(2027, 6, 12))
    sentence = desk.get("2026/", stage="realised").said("//details/p")
    assert "2026 ne dit pas s’il compte le prix entier ou le surcoût" in sentence
    edit = {
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "status": "executing",
        "tax_basis": "TTC",
        "costing": "whole",
    }
    assert "de quel jour" in desk.post("2026/edit/", edit).content.decode()
    assert desk.post("2026/edit/", edit | {"costing_on": "2026-01-05"}).status_code == 200
    sentence = desk.get("2026/", stage="realised").said("//details/p")
    assert "2025 compte le surcoût seul, 2026 le prix entier" in sentence
    assert "rouvrez 2025" in sentence
    assert "compte le prix entier" in desk.get("2026/posts/", stage="realised").words
    run = compute_run(town.finance, fiscal_year=year, stage=Stage.REALISED)
    assert "prix entier" not in desk.get(f"2026/runs/{run.pk}/").words
    year.refresh_from_db()
    run = compute_run(town.finance, fiscal_year=year, stage=Stage.REALISED)
    assert "prix entier" in desk.get(f"2026/runs/{run.pk}/").words


def test_an_empty_year_says_what_to_do_next(desk, year):
    page = desk.get("2026/")
    assert "Importez ce que l’outil financier exporte" in page.words
    assert {desk.url("2026/imports/new/"), desk.url("2026/figures/")} <= set(page.links())
    # Nothing to publish, nothing to filter: the other screens lead back here.
    assert desk.clients(Role.READER).get(desk.url("2026/lines/")).status_code == 302
    assert desk.get("2026/publish/").status == 404
    assert desk.get("2026/lines.csv").status == 404
    assert desk.get("2031/").status == 404


def test_the_list_of_years_says_figure_state_and_source(desk, told, town):
    open_year(town.finance, year=2027)
    page = desk.get("")
    rows = [" ".join(" ".join(row.itertext()).split()) for row in page.tree.xpath("//tbody/tr")]
    assert rows[0].startswith("2027 en exécution Pas encore de comptes.")
    assert (
        rows[1] == "2026 en exécution ouvert 17,8 % – 900 5 050 TTC brouillon Grand livre de la DSI"
    )
    desk.post("2026/publish/")
    assert "publié" in desk.get("").said("//tbody/tr[2]")


def test_the_first_page_of_all_says_what_to_do(desk):
    page = desk.get("")
    assert "Aucun exercice n’est ouvert." in page.words
    assert desk.url("open/") in page.links()


def test_a_year_is_opened_edited_closed_and_opened_again(desk, town):
    assert desk.post("open/", {"year": "20"}).status_code == 422
    bad = {"year": "2026", "starts_on": "2026-12-31", "ends_on": "2026-01-01",
           "status": "executing", "tax_basis": "TTC"}  # fmt: skip
    page = desk.page(desk.post("open/", bad))
    assert page.status == 422
    assert "L’exercice finit avant de commencer." in page.words
    field = page.tree.get_element_by_id("id_ends_on")
    assert field.get("aria-invalid") == "true"
    assert page.tree.get_element_by_id(field.get("aria-describedby").split()[-1]) is not None
    assert not FiscalYear.objects.exists()

    good = {"year": "2026", "status": "preparation", "tax_basis": "HT"}
    assert "Exercice 2026 ouvert" in desk.page(desk.post("open/", good)).words
    assert desk.post("open/", good).status_code == 422  # it exists
    year = FiscalYear.objects.get()
    assert (year.tax_basis, str(year.ends_on)) == ("HT", "2026-12-31")
    load(town, year)
    edit = {"starts_on": "2026-01-01", "ends_on": "2026-12-31", "status": "voted",
            "tax_basis": "TTC"}  # fmt: skip
    assert "la base ne change plus" in desk.post("2026/edit/", edit).content.decode()
    assert desk.post("2026/edit/", edit | {"tax_basis": "HT"}).status_code == 200
    year.refresh_from_db()
    assert year.status == YearStatus.VOTED

    assert "lignes dont personne n’a dit la part" in desk.get("2026/close/").words
    desk.post("2026/close/")
    year.refresh_from_db()
    assert year.status == YearStatus.CLOSED
    # Its screens show no way to change it, and refuse if asked.
    pk = line("Licences").pk
    shown = desk.get(f"2026/lines/{pk}/")
    assert "est clos" in shown.words
    assert shown.tree.xpath("//main//form[@method='post']") == []
    refused = desk.post(f"2026/lines/{pk}/verdict/", {"verdict": "out", "reason": "x"})
    assert "est clos" in refused.content.decode()
    assert "est clos" in desk.post(f"2026/lines/{pk}/review/").content.decode()
    desk.post("2026/reopen/")
    year.refresh_from_db()
    assert year.status == YearStatus.EXECUTING


def test_a_closed_year_shows_what_was_realised_first(desk, told, town, year):
    edit_year(
        town.finance,
        fiscal_year=year,
        starts_on=year.starts_on,
        ends_on=year.ends_on,
        status=YearStatus.CLOSED,
        tax_basis=year.tax_basis,
    )
    page = desk.get("2026/")
    assert page.said("//h1") == "Budget 2026, dépenses mandatées"
    # Nothing waits in a frozen year; its coverage says what was left.
    assert "attendent" not in page.words


def test_a_share_that_falls_under_its_ambition_is_an_alert_there_and_on_the_dashboard(
    desk, year, ledger, plan
):
    give(desk.town, "Licences", "0.5")
    set_ambition(desk.town.editor, plan=plan, year=2026, percent=D(10))
    run = compute_run(desk.town.finance, fiscal_year=year, stage=Stage.OPENED)
    publish_run(desk.town.finance, run=run)
    withdraw(desk.town.finance, attribution=Attribution.objects.get())
    give(desk.town, "Télécoms", "0.1")
    words = "La part est passée sous l’ambition de 10,0 %"
    assert words in desk.get("2026/").words
    board = desk.page(desk.clients(Role.FINANCE).get(f"/{desk.town.slug}/"))
    assert words in board.said("//section[@aria-labelledby='h-watched']")


def test_prices_are_told_apart_once_they_are_known(desk, year, ledger):
    before = open_year(desk.town.finance, year=2025)
    load(desk.town, before)
    qualify(desk.town, before, year)
    desk.post("prices/", {"year": "2025", "index": "110", "source": "IPC"})
    desk.post("prices/", {"year": "2026", "index": "121,00", "source": "IPC"})
    assert "121,00 IPC" in desk.get("prices/", role=Role.READER).words
    assert desk.post("prices/", {"year": "2026"}, Role.READER).status_code == 403
    words = desk.get("2026/", stage="opened").words
    assert "En euros constants de 2025 (prix + 10,0 %, IPC)" in words


def test_a_run_shows_its_own_lines_and_its_hour(desk, told, year):
    desk.post("2026/publish/")
    run = IndicatorRun.objects.get()
    withdraw(desk.town.finance, attribution=Attribution.objects.get(line__label="Licences"))
    page = desk.get(f"2026/runs/{run.pk}/")
    rows = page.said("//section[@aria-labelledby='h-l']//tbody")
    assert rows.startswith(
        "Licences 2051 I grand-livre.csv, 2 1 200,00 100 % 50 % 600,00"
        " Hébergement 611 F grand-livre.csv, 4 3 000,00 100 % 10 % 300,00"
    )
    assert not page.tree.xpath("//table[@class='fit']//a")
    assert "2026 ne se compare pas à 2025 : le stade." in page.words
    at = timezone.localtime(run.computed_at)
    assert f"à {at.hour} h {at.minute:02}" in page.words
    assert f"à {at.hour} h {at.minute:02}" in desk.get("2026/runs/").words
    assert page.nodes <= MOST_NODES


def test_a_negative_share_alerts_before_it_is_published(desk, town, year):
    load(town, year, "DSI;2051;F;Licences;X;M;0;500,00;0\nDSI;2051;F;Avoir;X;M;0;-100,00;0\n")
    give(town, "Avoir", "1")
    words = "une part négative surprend"
    assert words in desk.get("2026/").words
    assert words in desk.get("2026/publish/").words
