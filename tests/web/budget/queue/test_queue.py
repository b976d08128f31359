"""À qualifier: what waits, the largest first, answered on the spot."""

from __future__ import annotations

import pytest

from portulan.accounts.access import Role
from portulan.budget.indicator.reads import figure_of
from portulan.budget.models import Attribution, BudgetLine, FiscalYear, ImportBatch, LineOverride
from portulan.budget.perimeter.verdicts import override_line
from portulan.budget.words import AttributionStatus, Stage, Verdict
from portulan.budget.years.writes import open_year
from portulan.web.templatetags.portulan import undo_url
from tests.pages import MOST_NODES
from tests.web.budget.conftest import D, decide, give, line, load


@pytest.fixture
def waiting(town, ledger, action):
    give(town, "Licences", "0.5", AttributionStatus.JUSTIFIED)
    give(town, "Onduleurs", "0.3", action=action)
    give(town, "Télécoms", "0.25", AttributionStatus.PROPOSED)


def test_it_opens_at_what_matters_most_and_counts_each_kind(desk, waiting):
    page = desk.get("2026/queue/")
    tabs = [" ".join(tab.itertext()) for tab in page.tree.xpath("//*[@class='tabs']//a")]
    assert tabs == ["À décider (3)", "À examiner (1)", "Sans preuve (1)", "Proposées (1)"]
    amounts = [" ".join(cell.text.split()) for cell in page.tree.xpath("//td[@class='n']")]
    assert amounts == ["3 000", "90", "−50"]


def test_a_row_says_its_function_its_supplier_by_right_and_its_budget(desk, waiting):
    BudgetLine.objects.filter(label="Hébergement").update(function="020")
    ImportBatch.objects.update(entity="Budget annexe eau")
    for kind in ("undecided", "to_review"):
        assert "udget Budget annexe eau" in desk.get("2026/queue/", kind=kind).words
    page = desk.get("2026/queue/", kind="undecided").words
    assert "Fonction 020, fournisseur Nuage SARL, budget Budget annexe eau." in page
    assert "Nuage SARL" not in desk.get("2026/queue/", Role.READER, kind="undecided").words


def test_the_effect_is_seen_before_anything_is_written(desk, waiting):
    address = desk.url("2026/queue/?kind=undecided")
    chosen = str(line("Hébergement").pk)
    data = {"line": chosen, "verdict": "mixed", "share": "40", "reason": "clé", "preview": "1"}
    page = desk.page(desk.clients(Role.FINANCE).post(address, data))
    assert page.status == 200
    told = page.said("//main//*[@role='status']")
    assert told.startswith("1 ligne, 3 000 € : couverture ")
    assert told.endswith("Rien n’est encore écrit.")
    assert not LineOverride.objects.exists()
    assert page.tree.xpath("//input[@type='checkbox'][@checked]/@value") == [chosen]
    assert page.tree.xpath("//input[@name='share']/@value") == ["40"]
    refused = desk.page(desk.clients(Role.FINANCE).post(address, data | {"share": ""}))
    assert refused.status == 422


def test_lines_are_decided_together_and_the_queue_comes_back(desk, waiting):
    page = desk.get("2026/queue/", kind="undecided")
    action = desk.url("2026/queue/?kind=undecided")
    boxes = page.tree.xpath("//main//form//input[@name='line']/@value")
    chosen = [str(line(label).pk) for label in ("Hébergement", "Mobilier")]
    assert set(chosen) < set(boxes)
    data = {"line": chosen, "verdict": "mixed", "share": "", "reason": "clé <DSI>"}
    refused = desk.page(desk.clients(Role.FINANCE).post(action, data))
    assert (refused.status, refused.said("//h1")) == (422, "À qualifier, 2026")
    assert "dites quelle part est informatique" in refused.said("//main//*[@role='alert']")
    assert refused.tree.xpath("//input[@name='reason']/@value") == ["clé <DSI>"]
    assert set(refused.tree.xpath("//input[@type='checkbox'][@checked]/@value")) == set(chosen)
    assert "None" not in refused.text
    nobody = desk.page(desk.clients(Role.FINANCE).post(action, data | {"line": "x", "share": "1"}))
    assert (nobody.status, "cochez-en" in nobody.words) == (422, True)
    assert desk.post("2026/queue/", data, Role.READER).status_code == 403
    assert not LineOverride.objects.exists()

    response = desk.clients(Role.FINANCE).post(action, data | {"share": "40"}, follow=True)
    assert response.redirect_chain[-1][0] == action
    told = desk.page(response).said("//*[@role='status']")
    assert told.startswith("2 lignes décidées. Couverture : ")
    assert {line(label).it_share for label in ("Hébergement", "Mobilier")} == {D("0.4")}
    assert "verdict" in desk.get(f"2026/lines/{chosen[0]}/").words
    (undo,) = [undo_url(m) for m in response.context["messages"] if undo_url(m)]
    desk.clients(Role.FINANCE).post(undo)
    assert {line(label).it_share for label in ("Hébergement", "Mobilier")} == {None}
    assert line("Hébergement").verdict == "mixed"
    assert not LineOverride.objects.exists()


def test_all_the_lines_like_one_are_decided_at_once(desk, town, year):
    rows = "".join(f"DSI;611;F;Lot {n};{n % 2} SARL;;;{n}00,00;\n" for n in range(1, 31))
    load(town, year, rows)
    first = line("Lot 29").pk
    here = f"2026/queue/?stage=opened&like={first}&by=supplier"
    page = desk.page(desk.clients(Role.FINANCE).get(desk.url(here)))
    assert "Même fournisseur : « Lot 29 ». 15 lignes attendent, 22 500 €." in page.words
    assert len(page.tree.xpath("//input[@name='line']")) == 12
    data = {"all": "1", "verdict": "in", "reason": "infogérance"}
    desk.clients(Role.FINANCE).post(desk.url(here), data)
    decided = BudgetLine.objects.filter(overridden=True)
    assert set(decided.values_list("supplier", flat=True)) == {"1 SARL"}
    assert decided.count() == 15
    assert "Même compte" in desk.get("2026/queue/", kind="undecided").words
    nonsense = desk.get("2026/queue/", like=str(first), by="color")
    assert "Même fournisseur : «" not in nonsense.words


def test_past_decisions_propose_and_are_accepted_together(desk, town, year):
    before = open_year(town.finance, year=2025)
    rows = "".join(f"DSI;611;F;Lot {n};Nuage SARL;;;10,00;\n" for n in range(4))
    load(town, before, rows + "DSI;611;F;Nettoyage;Propre;;;10,00;\n")
    for n in range(4):
        decide(town, f"Lot {n}", "0.25")
    override_line(town.finance, line=line("Nettoyage"), verdict=Verdict.OUT, reason="bureaux")
    load(
        town, year,
        "DSI;611;F;Tranche A;Nuage SARL;;;500,00;\nDSI;6156;F;Tranche B;Nuage SARL;;;400,00;\n"
        "DSI;611;F;Nettoyage;Propre;;;300,00;\nDSI;611;F;Inconnue;Autre;;;200,00;\n",
    )  # fmt: skip
    page = desk.get("2026/queue/", kind="undecided")
    assert "4 lignes sur 4 de ce fournisseur sur ce compte, jugées en 2025." in page.words
    assert "4 lignes sur 4 de ce fournisseur, jugées en 2025." in page.words
    assert "La même ligne, jugée en 2025." in page.words
    assert page.words.count("rien de semblable") == 1
    assert not BudgetLine.objects.filter(fiscal_year=year, overridden=True).exists()

    shown = page.tree.xpath("//input[@name='shown']/@value")
    here = desk.url("2026/queue/?kind=undecided")
    browser = desk.clients(Role.FINANCE)
    # What is accepted is what was shown, not what somebody decided meanwhile.
    changed = [value.replace("0.25", "0.5") for value in shown]
    said = desk.page(browser.post(here, {"accept": "page", "shown": changed}, follow=True))
    assert "relisez ces lignes" in said.said("//body")
    browser.post(here, {"accept": shown[0]})
    assert line("Tranche A").it_share == D("0.25")
    told = line("Tranche A").override
    assert told.learnt_from == {
        "by": "supplier_and_account", "lines": 4, "of": 4, "years": [2025],
    }  # fmt: skip
    assert "4 lignes sur 4" in told.reason
    response = browser.post(here, {"accept": "page", "shown": shown[1:]}, follow=True)
    assert "2 lignes décidées." in desk.page(response).words
    assert (line("Tranche B").it_share, line("Inconnue").it_share) == (D("0.25"), None)
    _first, undo = [undo_url(m) for m in response.context["messages"] if undo_url(m)]
    browser.post(undo)
    assert line("Tranche B").it_share is None
    assert line("Tranche A").it_share == D("0.25")


def test_the_queue_asks_as_much_of_ten_lines_as_of_hundreds(
    desk, town, year, django_assert_num_queries
):
    browser = desk.clients(Role.FINANCE)
    browser.get(desk.url(""))
    for count, replace in ((10, False), (300, True)):
        rows = "".join(f"DSI;611;F;Lot {n};S{n % 9};;;{n}1,00;\n" for n in range(count))
        load(town, year, rows, replace=replace)
        with django_assert_num_queries(12):
            page = desk.page(browser.get(desk.url("2026/queue/?kind=undecided")))
    assert page.nodes <= MOST_NODES


def test_checked_lines_are_reviewed_at_once_and_that_can_be_undone(desk, waiting, town):
    page = desk.get("2026/queue/", kind="to_review")
    boxes = page.tree.xpath("//input[@name='line']/@value")
    assert str(line("Licences").pk) not in boxes
    # Nobody knows what 0 % of an undecided line is: it waits under « À décider » only.
    assert str(line("Hébergement").pk) not in boxes
    refused = desk.post("2026/queue/review/", {"line": [*boxes, str(line("Hébergement").pk)]})
    assert "quelle part de « Hébergement » est informatique" in desk.page(refused).said("//body")
    assert not BudgetLine.objects.filter(reviewed_on__isnull=False).exists()
    decide(town, "Hébergement", "0.4")
    chosen = [str(line("Hébergement").pk), str(line("Télécoms").pk)]
    response = desk.post("2026/queue/review/", {"line": [*chosen, "x"]})
    assert "2 lignes examinées" in response.content.decode()
    assert set(
        BudgetLine.objects.filter(reviewed_on__isnull=False).values_list("label", flat=True)
    ) == {"Hébergement", "Télécoms"}
    (undo,) = [undo_url(m) for m in response.context["messages"] if undo_url(m)]
    desk.clients(Role.FINANCE).post(undo)
    assert not BudgetLine.objects.filter(reviewed_on__isnull=False).exists()
    nothing = desk.post("2026/queue/review/", {})
    assert "Aucune ligne n’est cochée" in nothing.content.decode()


def test_lines_of_another_year_are_not_touched(desk, waiting, town):
    from portulan.budget.years.writes import open_year
    from tests.web.budget.conftest import load

    other = open_year(town.finance, year=2025)
    load(town, other, "DSI;2051;F;Autre;X;M;1;1;1\n")
    desk.post("2026/queue/review/", {"line": [str(line("Autre").pk)]})
    assert line("Autre").reviewed_on is None


def test_a_proposal_is_accepted_and_a_proof_is_asked_for(desk, waiting):
    page = desk.get("2026/queue/", kind="proposed")
    accept, refuse = page.tree.xpath("//main//form")
    assert refuse.xpath("string(.//button)") == "Refuser"
    desk.clients(Role.FINANCE).post(accept.get("action"), {})
    assert line("Télécoms").attributions.get().status == AttributionStatus.DECLARED
    declared = desk.get("2026/queue/", kind="declared")
    assert "Action 7, 30 %" in declared.words
    assert any("/attributions/" in link for link in declared.links())
    assert "Rien n’attend ici." in desk.get("2026/queue/", kind="proposed").words


def test_a_proposal_is_refused_in_the_queue_kept_in_the_history_and_put_back(desk, waiting):
    address = desk.url("2026/queue/?stage=opened&kind=proposed")
    page = desk.page(desk.clients(Role.FINANCE).get(address))
    refuse = page.tree.xpath("//main//form[contains(., 'Refuser')]")[0]
    data = {field.get("name"): field.get("value") for field in refuse.xpath(".//input")}
    response = desk.clients(Role.FINANCE).post(refuse.get("action"), data, follow=True)
    assert response.redirect_chain[-1][0] == address
    assert line("Télécoms").attributions.get().status == AttributionStatus.WITHDRAWN
    assert "proposé → retiré" in desk.get(f"2026/lines/{line('Télécoms').pk}/").words.lower()
    (undo,) = [undo_url(m) for m in response.context["messages"] if undo_url(m)]
    response = desk.clients(Role.FINANCE).post(undo, follow=True)
    assert response.redirect_chain[-1][0] == address
    assert line("Télécoms").attributions.get().status == AttributionStatus.PROPOSED


def test_the_page_of_the_year_counts_what_the_queue_counts(desk, ledger, town):
    # One undecided line has no opened amount: it waits nowhere at that stage.
    page = desk.get("2026/", stage="opened")
    assert "Trois lignes attendent : trois lignes à décider." in page.words


def test_an_account_without_a_label_is_named(desk, year, town):
    load(town, year, "DSI;611;F;;;;1000,00;1200,00;800,00\nDSI;9999;F;;;;1,00;1,00;1,00\n")
    said = desk.get("2026/lines/").words
    exported = desk.get("2026/lines.csv").text
    assert ";611, Contrats de prestations de services;611;" in exported
    assert "611, Contrats de prestations de services" in said
    assert "9999 9999 F" in said


def test_a_full_page_of_proposals_stays_light(desk, town, year):
    rows = "".join(f"DSI;2051;I;Licences {n};;;;1000,00;\n" for n in range(30))
    load(town, year, rows)
    for n in range(30):
        give(town, f"Licences {n}", "0.5", AttributionStatus.PROPOSED)
    page = desk.get("2026/queue/", kind="proposed")
    assert len(page.tree.xpath("//main//button[.='Refuser']")) == 14
    assert page.nodes <= MOST_NODES


BARE = "DSI;6156;F;;;;;{},00;\nDSI;60612;F;;;;;80,00;\n"


@pytest.fixture
def bare_years(town, year):
    """Two years of accounts by nature, without a label; people decided in the first."""
    before = open_year(town.finance, year=2025)
    load(town, before, BARE.format(200))
    load(town, year, BARE.format(300))
    for nature, share in (("6156", "0.4"), ("60612", "0.1")):
        its = BudgetLine.objects.get(fiscal_year=before, nature=nature)
        override_line(
            town.finance, line=its, verdict=Verdict.MIXED, share=D(share), reason="clé DSI"
        )
    return before, year


def test_the_verdicts_of_the_year_before_are_taken_in_one_step_and_undone(desk, bare_years):
    page = desk.get("2026/")
    assert "2 lignes de 2026 n’ont pas le verdict donné à leurs pareilles de 2025" in page.words
    (link,) = page.tree.xpath("//a[.='Reprendre les verdicts de 2025']/@href")
    assert "Reprendre les verdicts" not in desk.get("2026/", Role.READER).words
    preview = desk.page(desk.clients(Role.FINANCE).get(link))
    assert "Mixte, 40 % 1 300 Mixte, 10 % 1 80" in preview.words
    assert "Le même compte à la même fonction, jugé en 2025." in preview.words
    assert "0 € → 128 €" in preview.words
    assert not BudgetLine.objects.filter(fiscal_year__year=2026, overridden=True).exists()
    assert preview.nodes <= MOST_NODES
    assert desk.clients(Role.READER).get(link).status_code == 403

    stale = desk.page(desk.clients(Role.FINANCE).post(link, {"digest": "x"}, follow=True))
    assert "relisez ces lignes" in stale.said("//body")
    (digest,) = preview.tree.xpath("//input[@name='digest']/@value")
    response = desk.clients(Role.FINANCE).post(link, {"digest": digest}, follow=True)
    assert "2 verdicts repris." in desk.page(response).said("//*[@role='status']")
    shares = dict(
        BudgetLine.objects.filter(fiscal_year__year=2026).values_list("nature", "it_share")
    )
    assert shares == {"6156": D("0.4"), "60612": D("0.1")}
    assert "n’a de verdict à reprendre" in desk.page(desk.clients(Role.FINANCE).get(link)).words
    (undo,) = [undo_url(m) for m in response.context["messages"] if undo_url(m)]
    desk.clients(Role.FINANCE).post(undo)
    assert not BudgetLine.objects.filter(fiscal_year__year=2026, overridden=True).exists()


def test_a_closed_year_is_opened_again_before_it_takes_a_verdict(desk, bare_years):
    _before, after = bare_years
    FiscalYear.objects.filter(pk=after.pk).update(status="closed")
    page = desk.get("2026/", stage="opened")
    assert "n’ont pas le verdict" in page.words
    assert desk.url("2026/reopen/") in page.links()
    assert not page.tree.xpath("//a[contains(@href, 'queue/verdicts')]")
    assert not desk.get("2026/queue/verdicts/").tree.xpath("//main//form[@method='post']")
    assert "Rien n’attend" in desk.get("2025/queue/", kind="undecided").words


def test_lines_alike_are_reviewed_together_and_it_is_undone(desk, year, town):
    rows = "".join(f"DSI;65811;F;;Éditeur {n};;{n}0,00;{n}0,00;\n" for n in range(1, 26))
    load(town, year, rows + "DSI;2051;I;Licences;Autre;;5,00;5,00;\n")
    page = desk.get("2026/queue/", kind="to_review")
    assert page.nodes <= MOST_NODES
    where = next(link for link in page.links() if "by=account" in link)
    alike = desk.get(f"2026/queue/{where}")
    assert "Examinées, 0 % : ces 25 lignes" in alike.words
    asked = dict(pair.split("=") for pair in where.lstrip("?").split("&"))
    desk.post("2026/queue/review/?" + "&".join(f"{k}={v}" for k, v in asked.items()), {"all": "1"})
    reviewed = BudgetLine.objects.filter(reviewed_on__isnull=False)
    assert {one.nature for one in reviewed} == {"65811"}
    assert reviewed.count() == 25


def test_what_has_no_evidence_is_justified_together_and_taken_back(desk, ledger, town, action):
    held = [give(town, "Onduleurs", "0.3", action=action), give(town, "Licences", "0.2")]
    Attribution.objects.update(evidence="")
    page = desk.get("2026/queue/", kind="declared")
    ticks = [str(value) for value in page.tree.xpath("//input[@form='justify']/@value")]
    assert sorted(ticks) == sorted(str(one.pk) for one in held)
    assert not desk.get("2026/queue/", Role.READER, kind="declared").tree.xpath(
        "//*[@id='justify']"
    )
    data = {"attribution": ticks, "next": desk.url("2026/queue/?kind=declared")}
    refused = desk.post("2026/queue/justify/", data | {"evidence": " "})
    assert "Dites ce qui prouve" in desk.page(refused).words
    assert desk.post("2026/queue/justify/", data, Role.READER).status_code == 403
    statuses = Attribution.objects.values_list("status", "evidence").distinct()
    assert list(statuses) == [(AttributionStatus.DECLARED, "")]
    before = figure_of(held[0].line.fiscal_year, Stage.OPENED).figure
    done = desk.post("2026/queue/justify/", data | {"evidence": "Délibération 14"})
    assert "2 fléchages justifiés." in desk.page(done).words
    assert list(statuses.all()) == [(AttributionStatus.JUSTIFIED, "Délibération 14")]
    after = figure_of(held[0].line.fiscal_year, Stage.OPENED).figure
    assert (before.lower, after.lower) == (0, before.value)
    assert after.value == before.value
    (undo,) = [undo_url(m) for m in done.context["messages"] if undo_url(m)]
    desk.clients(Role.FINANCE).post(undo)
    assert list(statuses.all()) == [(AttributionStatus.DECLARED, "Délibération 14")]
