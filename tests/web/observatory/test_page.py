"""The observatory on screen: a sentence, a place and its sources; a file dropped, not kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portulan.accounts.access import Role
from portulan.budget.imports.writes import confirm
from portulan.budget.models import BudgetLine, ImportBatch
from portulan.core.models import AuditEntry
from portulan.observatory.models import PublicAccounts, PublicFile
from tests.browser import Browser
from tests.observatory.taking import take
from tests.observatory.test_packs import CONTRACTS, REUSE
from tests.observatory.world import Budget, balances_of, population_of, siren_of, text_of, towns
from tests.pages import MOST_NODES
from tests.people import Town
from tests.plans.plan_of_town import make_plan

TOWNS = towns(25, seed=13)


@pytest.fixture
def browser(signed_in: Callable[[Role], Browser]) -> Browser:
    return signed_in(Role.READER)


@pytest.fixture
def table(town: Town) -> None:
    take(population_of(TOWNS), "population.csv")
    take(balances_of([*TOWNS, Budget(1, None, budget="3", nomen="M49")]))


def words(browser: Browser, answer: Any) -> str:
    return " ".join(" ".join(browser.tree(answer).xpath("//main")[0].itertext()).split())


def test_a_siren_says_a_floor_and_a_place(town: Town, table: None, browser: Browser) -> None:
    own = TOWNS[4]
    answer = browser.get(f"/{town.slug}/observatory/", {"siren": own.siren})
    said = words(browser, answer)
    assert "au moins" in said
    assert "sur 25 de sa strate, où 1 dépense le moins." in said
    assert "Aucune donnée ouverte ne le contient." in said
    assert "part informatique inconnue" in said
    assert "balances.csv" in said
    assert "Comptes mixtes, jamais ajoutés" in said
    assert "Médiane des pairs" in said
    tree = browser.tree(answer)
    assert len(tree.xpath("//main//*[@class='strip-mini']")) == 4
    (heading,) = tree.xpath("//main//h2[@id='h-place']")
    assert "sur 25" not in "".join(heading.itertext())
    assert "25 pairs" in " ".join("".join(heading.itertext()).split())
    counted = "//*[not(self::option)][not(ancestor::*[local-name()='svg'])]"
    assert len(tree.xpath(counted)) <= MOST_NODES
    link = tree.xpath("//main//table//a[text()='6262']/@href")[0]
    rows = words(browser, browser.get(link))
    assert f"{own.accounts['6262'][0] // 100 % 1000:03d}," in rows
    assert "balances.csv, lu le" in rows
    values = browser.get(f"/{town.slug}/observatory/{own.siren}/2024/peers.csv").content.decode()
    assert len(values.split()) == 26


def test_who_is_not_known_is_told_what_to_do(town: Town, table: None, browser: Browser) -> None:
    unknown = browser.get(f"/{town.slug}/observatory/", {"siren": siren_of(99)})
    assert "ne sont pas encore ici" in words(browser, unknown)
    (address,) = browser.tree(unknown).xpath("//main//ol[@class='list']//a/@href")
    assert f"siren%3D%22{siren_of(99)}%22" in address
    assert "balances-comptables-des-communes-en-" in address
    named = browser.get(f"/{town.slug}/observatory/", {"siren": "fictive 25"})
    assert browser.tree(named).xpath("//main//ul[@class='list']//a/@href") == [
        f"?siren={siren_of(25)}"
    ]
    nobody = browser.get(f"/{town.slug}/observatory/", {"siren": "Atlantide"})
    assert "Aucun organisme de ce nom" in words(browser, nobody)
    assert "Donnez un SIREN" in words(browser, browser.get(f"/{town.slug}/observatory/"))
    for path in (f"{siren_of(99)}/2024/6262/", f"{siren_of(99)}/2024/peers.csv"):
        assert browser.get(f"/{town.slug}/observatory/{path}").status_code == 404


def test_a_dropped_export_is_shown_and_not_kept(town: Town, table: None, browser: Browser) -> None:
    other = Budget(77, None, accounts={"2051": (123_400, 0, 0, 0)})
    before = PublicAccounts.objects.count(), PublicFile.objects.count(), AuditEntry.objects.count()
    town.organisation.population = 2500
    town.organisation.save()

    def drop(text: str) -> Any:
        file = SimpleUploadedFile("export.csv", text.encode())
        return browser.post(f"/{town.slug}/observatory/drop/", {"file": file})

    answer = drop(balances_of([other]))
    said = words(browser, answer)
    assert answer.status_code == 200
    assert "FICTIVE 77, 2 500 habitants : au moins 0,49 € par habitant en 2024" in said
    assert "sur 26 de sa strate" in said
    assert "Lu dans « export.csv », qui n’est pas gardé." in said
    assert "2051" not in "".join(browser.tree(answer).xpath("//main//table//a/@href"))
    told = browser.post(
        f"/{town.slug}/observatory/drop/",
        {"file": SimpleUploadedFile("e.csv", balances_of([other]).encode()), "people": "1234"},
    )
    assert "1 234 habitants : au moins 1,00 € par habitant" in words(browser, told)
    several, odd, cut = (
        drop(balances_of(TOWNS)),
        drop("a;b\n1;2\n"),
        drop(text_of(other.rows()[:1])),
    )
    assert (several.status_code, odd.status_code, cut.status_code) == (422, 422, 200)
    assert "ce fichier en a 25" in words(browser, several)
    assert "Ces comptes ne sont pas entiers" in words(browser, cut)
    after = PublicAccounts.objects.count(), PublicFile.objects.count(), AuditEntry.objects.count()
    assert after == before
    assert browser.get(f"/{town.slug}/observatory/drop/").status_code == 200


def test_few_peers_have_no_strip_and_a_stranger_no_page(
    town: Town, elsewhere: Town, browser: Browser, client: Browser
) -> None:
    take(population_of(TOWNS[:7]), "population.csv")
    take(balances_of(TOWNS[:7]))
    said = words(browser, browser.get(f"/{town.slug}/observatory/", {"siren": siren_of(1)}))
    assert "Ils sont trop peu pour un rang." in said
    take(population_of(towns(2, seed=1, year=2023)), "p.csv")
    take(balances_of(towns(2, seed=1, year=2023)))
    query = {"siren": siren_of(1), "year": "2023"}
    said = words(browser, browser.get(f"/{town.slug}/observatory/", query))
    assert "C’est trop peu pour comparer" in said
    assert "pairs (communes" not in said
    assert browser.get(f"/{elsewhere.slug}/observatory/").status_code == 404
    assert client.get(f"/{town.slug}/observatory/").status_code == 302


def test_as_many_queries_for_few_as_for_many(town: Town, browser: Browser) -> None:
    counts = []
    browser.get(f"/{town.slug}/observatory/")
    for count in (20, 60):
        some = towns(count, seed=count)
        take(population_of(some), f"{count}.csv")
        take(balances_of(some))
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"/{town.slug}/observatory/", {"siren": siren_of(3)})
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 30


def test_a_change_of_nomenclature_is_drawn_and_not_crossed(
    town: Town, table: None, browser: Browser
) -> None:
    for year in (2021, 2022):
        before = towns(25, seed=year, year=year, nomen="M14")
        take(population_of(before), f"{year}.csv")
        take(balances_of(before))
    answer = browser.get(f"/{town.slug}/observatory/", {"siren": siren_of(2)})
    (described,) = browser.tree(answer).xpath("//*[@id='years-d']/text()")
    assert "Rupture en 2024" in " ".join(described.split())
    lines = browser.tree(answer).xpath("//*[@aria-labelledby='years-t years-d']/*[@class='i w2']")
    assert len(lines) == 1


def test_each_number_opens_on_rows_a_file_and_its_day(town: Town, browser: Browser) -> None:
    grouping = Budget(90, None, categ="GFP", accounts={"6262": (80_000, 0, 0, 0)})
    members = towns(24, seed=5)
    annex = Budget(1, None, budget="3", nomen="M49", accounts={"2051": (4_200, 0, 0, 0)})
    take(population_of(members, grouping.siren), "population.csv")
    take(balances_of([*members, grouping, annex]))
    take(CONTRACTS, "decp.csv")
    take(REUSE, "agec.csv")
    here, own = f"/{town.slug}/observatory/", members[0]
    page = browser.tree(browser.get(here, {"siren": own.siren}))
    links = set(page.xpath("//main//a/@href"))
    for path in ("", "block/", "peers.csv"):
        assert f"{here}{own.siren}/2024/{path}" in links
    assert f"{here}{own.siren}/purchases/" in links
    rows = words(browser, browser.get(f"{here}{own.siren}/2024/"))
    assert "budget annexe, nomenclature M49" in rows
    assert rows.count("lu le") == 2
    block = browser.get(f"{here}{own.siren}/2024/block/")
    assert "FICTIVE 24" in words(browser, block)
    assert f"{here}{grouping.siren}/2024/" in browser.tree(block).xpath("//main//a/@href")
    bought = words(browser, browser.get(f"{here}{own.siren}/purchases/"))
    assert "ni clause ni critère" in bought
    assert "decp.csv" in bought
    assert "agec.csv" in bought
    values = browser.get(f"{here}{own.siren}/2024/peers.csv").content.decode()
    assert own.siren in values
    assert "compte_65811" in values
    for path in (
        f"{siren_of(99)}/purchases/",
        f"{siren_of(99)}/2024/",
        f"{siren_of(99)}/2024/block/",
    ):
        assert browser.get(here + path).status_code == 404


def test_ones_own_accounts_begin_a_year_and_say_what_a_ledger_refines(
    town: Town, table: None, signed_in: Callable[[Role], Browser]
) -> None:
    own = TOWNS[4]
    town.organisation.siren, town.organisation.headcount = own.siren, 40
    town.organisation.save()
    finance = signed_in(Role.FINANCE)
    here = f"/{town.slug}/observatory/"
    said = words(finance, finance.get(here))
    assert "par agent" in said
    assert "Ce que votre grand livre précisera" in said
    assert finance.get(f"{here}gap/2024/").status_code == 404
    answer = finance.post(f"{here}start/2024/")
    assert answer.status_code == 302
    batch = ImportBatch.objects.get()
    assert (
        answer["Location"] == f"/{town.slug}/budget/2024/imports/{batch.pk}/"
        or str(batch.pk) in answer["Location"]
    )
    assert not BudgetLine.objects.exists()
    assert "n’a pas encore de montants mandatés" in words(finance, finance.get(f"{here}gap/2024/"))
    confirm(town.finance, batch=batch, in_euros=True)
    gap = words(finance, finance.get(f"{here}gap/2024/"))
    assert "même montant" in gap
    assert "mixte : sa part n’est pas encore décidée" in gap.replace("\u00a0", " ")
    assert "Du compte public à votre grand livre" in words(finance, finance.get(here))
    assert signed_in(Role.READER).post(f"{here}start/2024/").status_code == 403


def test_an_empty_organisation_begins_with_its_siren(
    town: Town, table: None, browser: Browser
) -> None:
    home = f"/{town.slug}/"
    assert "SIREN de l’organisation" in words(browser, browser.get(home))
    town.organisation.siren = TOWNS[4].siren
    town.organisation.save()
    said = words(browser, browser.get(home))
    assert "au moins" in said
    assert "le dénominateur de votre part, par le bas" in said


def test_the_board_has_its_sentence_only_when_asked(
    town: Town, table: None, browser: Browser
) -> None:
    make_plan(town)
    town.organisation.siren = TOWNS[4].siren
    town.organisation.save()
    assert "de sa strate" not in words(browser, browser.get(f"/{town.slug}/"))
    town.organisation.board_floor = True
    town.organisation.save()
    said = words(browser, browser.get(f"/{town.slug}/"))
    assert "sur 25 de sa strate, où 1 dépense le moins." in said


def test_what_organisations_publish_is_said_by_strata(
    town: Town, table: None, browser: Browser
) -> None:
    here = f"/{town.slug}/observatory/commons/"
    assert "Rien n’est encore réuni" in words(browser, browser.get(here))
    rows = "".join(f"{one.siren};2025;opened;{at};80;ttc\n" for at, one in enumerate(TOWNS[:6]))
    take("siren;year;stage;value;coverage;basis\n" + rows, "parts.csv")
    said = words(browser, browser.get(here))
    assert "2,50" in said
    assert "parts.csv" in said
    assert "FICTIVE" not in said
