"""A body among its peers, from files taken in: what counts, and what is said instead."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portulan.observatory import limits
from portulan.observatory.models import PublicAccountLine, PublicAccounts, PublicFile
from portulan.observatory.reads import Comparison, accounts_of, compare
from tests.observatory.taking import take
from tests.observatory.world import Budget, balances_of, population_of, siren_of, text_of, towns

pytestmark = pytest.mark.django_db
TOWNS = towns(24, seed=8)


def compared(number: int, year: int = 2024, within: str = "") -> Comparison:
    accounts = accounts_of(siren_of(number), year)
    assert accounts is not None
    return compare(accounts, within=within)


def take_all(budgets: list[Budget], grouping: str = "") -> None:
    take(population_of(budgets, grouping), "population.csv")
    take(balances_of(budgets))


def test_files_come_in_any_order_and_once() -> None:
    text, people = balances_of(TOWNS), population_of(TOWNS)
    assert not take(text).already
    assert compared(1).place is None
    take(people, "population.csv")
    place = compared(1).place
    assert place is not None
    assert place.count == 24
    assert take(text, "same.csv").already
    assert take(text + "\n").replaced == 24
    assert PublicAccounts.objects.count() == 24
    assert PublicAccountLine.objects.count() == 24 * 5
    assert compared(1).place == place


def test_a_place_is_among_the_same_form_class_and_nomenclature() -> None:
    other_class = Budget(30, 5000, accounts={"2051": (1, 0, 0, 0)})
    other_chart = Budget(31, 2500, nomen="M14", accounts={"2051": (1, 0, 0, 0)})
    other_form = Budget(32, 2500, categ="GFP", accounts={"2051": (1, 0, 0, 0)})
    nobody_knows = Budget(33, None, accounts={"2051": (1, 0, 0, 0)})
    annex = Budget(1, 2500, budget="3", accounts={"2051": (1, 0, 0, 0)})
    take_all([*TOWNS, other_class, other_chart, other_form, nobody_knows, annex])
    found = compared(1)
    assert found.place is not None
    assert (found.place.count, found.members) == (24, 25)
    spent = [one.certain / (one.people or 1) for one in found.comparable]
    own = found.accounts.certain / (found.accounts.people or 1)
    assert found.place.rank == 1 + sum(value < own for value in spent)
    said = limits.limits_of(found, "en")
    assert "Peers in another nomenclature, not compared: 1." in said
    assert "Towns of the year without a known population, compared with nobody: 1." in said
    assert compared(33).place is None
    assert limits.NO_PEOPLE.fr in limits.limits_of(compared(33), "fr")


def test_few_peers_have_no_rank_and_fewer_no_median() -> None:
    take_all(TOWNS[:19])
    place = compared(1).place
    assert place is not None
    assert (place.count, place.q1, place.rank) == (19, None, None)
    assert place.median is not None
    take_all(towns(4, seed=2, year=2023))
    place = compared(1, 2023).place
    assert place is not None
    assert (place.count, place.median) == (4, None)


def test_peers_of_a_region_are_those_of_it() -> None:
    south = [*TOWNS[:6]]
    for one in south:
        one.region = "093"
    take_all(TOWNS)
    for one in south:
        one.region = "099"
    place = compared(1, within="093").place
    assert place is not None
    assert place.count == 6


def test_accounts_that_are_not_whole_compare_with_nobody_and_say_so() -> None:
    rows = [row for one in TOWNS for row in one.rows()]
    cut = [row for row in rows if not (row["siren"] == siren_of(1) and row["compte"] == "515")]
    take(population_of(TOWNS), "population.csv")
    assert [problem.kind.code for problem in take(text_of(cut)).problems] == ["unbalanced-budget"]
    other, own = compared(2), compared(1)
    assert other.place is not None
    assert own.place is not None
    assert (other.place.count, own.place.count, own.place.rank) == (23, 23, None)
    assert "Peers whose accounts are incomplete, not compared: 1." in limits.limits_of(other, "en")
    assert limits.limits_of(own, "fr")[0] == limits.NOT_WHOLE.fr


def test_the_block_adds_the_grouping_and_its_towns() -> None:
    grouping = Budget(90, None, categ="GFP", accounts={"2051": (6000, 0, 0, 0)})
    members = [
        Budget(1, 100, accounts={"6262": (1000, 0, 0, 0), "62876": (1, 0, 0, 0)}),
        Budget(2, 300, accounts={"6262": (2000, 0, 0, 0)}),
        Budget(3, None, accounts={"6262": (9000, 0, 0, 0)}),
    ]
    take(population_of(members, grouping.siren), "population.csv")
    take(balances_of([grouping, *members]))
    for number in (1, 90):
        block = compared(number).block
        assert block is not None
        assert (block.members, block.people, block.cents) == (2, 400, 9000)
        assert block.per_inhabitant == Decimal("0.23")
        assert block.without_accounts == 1
    assert compared(2).pooling_is_possible
    assert not compared(90).pooling_is_possible
    assert limits.block_sentence(compared(2), "en").startswith("Block of towns (FICTIVE 90")


def test_every_figure_names_its_files() -> None:
    take_all(TOWNS)
    assert [file.name for file in compared(1).files] == ["balances.csv", "population.csv"]
    assert PublicFile.objects.count() == 2


def test_a_list_of_groupings_says_who_belongs_to_whom() -> None:
    take(
        "siren;raison_sociale;ptot_epci;siren_membre;nom_membre;ptot_2024\n"
        f"{siren_of(90)};CC;400;{siren_of(1)};Un;100\n"
        f"{siren_of(90)};CC;400;{siren_of(2)};Deux;300\n",
        "epci.csv",
    )
    grouping = Budget(90, None, categ="GFP", accounts={"2051": (6000, 0, 0, 0)})
    take(balances_of([grouping, Budget(1, 100, accounts={"6262": (1000, 0, 0, 0)})]))
    found = compared(90)
    assert (found.accounts.people, found.accounts.stratum) == (400, 2)
    assert found.block is not None
    assert (found.block.members, found.block.without_accounts) == (1, 1)


def test_contracts_are_told_by_number_and_by_amount_and_without_telecoms() -> None:
    head = "id;acheteur_id;codeCPV;montant;dateNotification;considerationsEnvironnementales"
    buyer = f"{siren_of(1)}00015"
    rows = [
        f"1;{buyer};72000000;100;2024-01-01;Clause environnementale",
        f"2;{buyer};64200000;900;2024-01-01;Pas de considération environnementale",
        f"3;{buyer};48000000;NC;2024-01-01;Critère environnemental",
        f"4;{buyer};30200000;300;2024-01-01;Pas de considération environnementale",
        f"4;{buyer};30200000;300;2024-01-01;Pas de considération environnementale",
        f"5;{buyer};45000000;9999;2024-01-01;Clause environnementale",
    ]
    take("\n".join([head, *rows, ""]), "decp.csv")
    said = limits.purchases_sentence(siren_of(1), "en")
    assert "2 of 4 (50.0%), and 7.7% of the amounts" in said
    assert "25.0% without telecoms" in said
    assert limits.purchases_sentence(siren_of(2), "en") == ""
    old = "\n".join([head, f"6;{buyer};72000000;50;2019-01-01;NC", ""])
    take(old + f"7;{siren_of(3)}00015;72000000;50;2019-01-01;\n", "decp-2019.csv")
    said = limits.purchases_sentence(siren_of(1), "en")
    assert "2 of 4 (50.0%)" in said
    assert said.endswith("Contracts whose publication says nothing of it, apart: 1.")
    assert limits.purchases_sentence(siren_of(3), "en").startswith("IT contracts: 1.")
    assert limits.reuse_sentence(siren_of(2), "en") == ""
