"""Rules propose attributions on present and future lines: never declared, no euro twice."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.attributions.free_share import free_of_order
from portulan.budget.attributions.orders import outdated
from portulan.budget.attributions.proposals import accept, refuse, take_back
from portulan.budget.attributions.reads import get_rule, open_matches
from portulan.budget.attributions.rule_writes import (
    Proposed,
    make_rule,
    propose_again,
    withdraw_rule,
)
from portulan.budget.attributions.rules import Fraction, WhyNot, fraction_of
from portulan.budget.attributions.writes import attribute, review
from portulan.budget.imports.orders import share_of_order
from portulan.budget.imports.writes import confirm, preview
from portulan.budget.indicator.reads import figure_of
from portulan.budget.lines.facts import Criteria, LineFacts
from portulan.budget.models import Attribution, AttributionRule, BudgetLine, FiscalYear, Order
from portulan.budget.perimeter.verdicts import override_line
from portulan.budget.words import AttributionStatus, Method, Stage, Verdict, YearStatus
from portulan.budget.years.writes import edit_year, open_year
from portulan.core.errors import DeniedError
from portulan.core.money import TaxBasis
from portulan.core.trail import history
from tests.at_once import at_once
from tests.orders import LEDGER, ORDERS
from tests.people import Town, make_town
from tests.plans.plan_of_town import make_action, make_plan
from tests.refusals import refused, write

D = Decimal
TODAY = date(2026, 11, 24)
LINES = (
    "Gestionnaire;Compte;Libellé;Fournisseur;Marché;Mandaté\n"
    "DSI;2051;Licences;Éditeur SA;M-1;1000,00\nDSI;611;Hébergement;Nuage SARL;M-3;3000,00\n"
)


def load(town: Town, year: FiscalYear, text: str, **options: Any) -> None:
    stream = io.BytesIO(text.encode())
    batch = preview(town.finance, fiscal_year=year, stream=stream, file_name="x.csv")
    confirm(town.finance, batch=batch, **options)


def decide(town: Town, label: str, verdict: Verdict = Verdict.IN, **options: Any) -> BudgetLine:
    found = line(label)
    override_line(town.finance, line=found, verdict=verdict, reason="essai", **options)
    return line(label)


def line(label: str) -> BudgetLine:
    return BudgetLine.objects.get(label=label, batch__status="confirmed")


def rule_of(town: Town, share: str = "0.3", **options: Any) -> tuple[AttributionRule, Proposed]:
    criteria = {name: options.pop(name) for name in Criteria.__slots__ if name in options}
    values = {"method": Method.KEY, "reason": "part du cahier des charges", "first_year": 2026}
    return make_rule(
        options.pop("by", town.editor),
        criteria=Criteria(**criteria),
        share=D(share),
        **(values | options),  # type: ignore[arg-type]
    )


def why(rule: AttributionRule) -> dict[str, WhyNot | None]:
    [(_year, found)] = open_matches(rule)
    return {match.line.label: match.why_not for match in found}


@pytest.fixture
def year(town: Town) -> FiscalYear:
    return open_year(town.finance, year=2026)


# What is pure


def test_a_criterion_is_met_accents_and_case_aside() -> None:
    item = LineFacts("6156", "Maintenance", "DSI", "IT", supplier="Éditeur SA", contract="M-020")
    met = (
        {"nature_prefix": "61"}, {"service": "it"}, {"supplier": "editeur"}, {"contract": "m-020"},
        {"label": "MAINTENANCE", "nature_prefix": "6156"},
    )  # fmt: skip
    assert all(Criteria(**criteria).matches(item) for criteria in met)
    not_met = ({"nature_prefix": "62"}, {"contract": "M-02"}, {"service": "D"}, {"supplier": "x"})
    assert not any(Criteria(**criteria).matches(item) for criteria in not_met)


def test_criteria_are_empty_when_none_is_given_and_each_counts() -> None:
    item = LineFacts("6156", "Maintenance", "DSI", "IT", supplier="Éditeur SA", contract="M-020")
    assert Criteria().is_empty
    assert Criteria().matches(item)
    for name in Criteria.__slots__:
        assert not Criteria(**{name: "x"}).is_empty
        assert not Criteria(**{name: "x"}).matches(item), name
        assert not Criteria(**{name: "x"}).matches(LineFacts()), name


@pytest.mark.parametrize(
    ("orders", "line", "found"),
    [
        # At the firmest stage that both have; orders without an amount count for nothing.
        ([(10, 20), (None, 9)], (100, 100), ("0.05", Stage.REALISED, 10, 100)),
        ([(None, 20), (None, 20)], (100, 100), ("0.2", Stage.COMMITTED, 40, 100)),
        ([(10, 20)], (None, 100), ("0.1", Stage.COMMITTED, 20, 100)),
        ([(10, 20)], (0, 100), ("0.1", Stage.COMMITTED, 20, 100)),
        ([(100, 1)], (100, 1), ("0.5", Stage.REALISED, 100, 100)),
        ([(1, 1)], (3, 1), ("0.1666666667", Stage.REALISED, 1, 3)),
        ([(101, 1)], (100, 100), WhyNot.BEYOND),
        ([(-10, 1)], (100, 100), WhyNot.BEYOND),
        ([(-10, 1)], (-100, 100), ("0.05", Stage.REALISED, -10, -100)),
        ([(None, None)], (100, 100), WhyNot.NO_AMOUNT),
        ([(10, 10)], (None, None), WhyNot.NO_AMOUNT),
        ([], (100, 100), WhyNot.NO_AMOUNT),
    ],
)
def test_half_of_some_orders_is_so_much_of_their_line(
    orders: list[tuple[int | None, int | None]], line: tuple[int | None, int | None], found: Any
) -> None:
    def euros(amount: int | None) -> Decimal | None:
        return None if amount is None else D(amount)

    known = [Order(realised=euros(one), committed=euros(other)) for one, other in orders]
    stages = dict(zip((Stage.REALISED, Stage.COMMITTED), map(euros, line), strict=True))
    said = fraction_of(D("0.5"), known, stages)
    if isinstance(found, tuple):
        assert isinstance(said, Fraction)
        assert (said.share, said.stage, said.amount, said.of) == (D(found[0]), *found[1:])
        key = said.key(D("0.5"), order="17", contract="M-1", orders=2)
        assert (key["share"], key["stage"], key["orders"]) == ("0.5", said.stage.value, "2")
        assert (D(key["amount"]), D(key["of"])) == (said.amount, said.of)
    else:
        assert said is found


def test_a_share_too_small_to_be_kept_is_none() -> None:
    line = {Stage.REALISED: D(10**13), Stage.COMMITTED: None}
    assert not isinstance(fraction_of(D("0.5"), [Order(realised=D(1))], line), Fraction)


AMOUNTS = st.none() | st.decimals(min_value=-(10**6), max_value=10**6, places=2)


@given(st.decimals("0.01", 1, places=2), st.lists(AMOUNTS, min_size=1), AMOUNTS, AMOUNTS)
def test_a_share_of_orders_is_never_more_than_the_share(
    share: Decimal, amounts: list[Decimal | None], realised: Decimal | None, committed: object
) -> None:
    orders = [Order(realised=amount, committed=committed) for amount in amounts]
    lines = {Stage.REALISED: realised, Stage.COMMITTED: committed}
    found = fraction_of(share, orders, lines)  # type: ignore[arg-type]
    if isinstance(found, Fraction):
        assert 0 < found.share <= share
        assert abs(found.share * found.of - share * found.amount) <= abs(found.of) * D("1e-10")


def test_a_contract_and_its_orders_are_the_same_money() -> None:
    def key(share: str, order: str = "", contract: str = "M-1") -> dict[str, str]:
        return {"order": order, "contract": contract, "share": share}

    whole = [key("0.3"), key("0.5", "17"), key("0.2", "18")]
    assert free_of_order(key("1"), whole) == D("0.2")
    assert free_of_order(key("1", "17"), whole) == D("0.2")
    assert free_of_order(key("1", "19"), whole) == D("0.7")
    assert free_of_order(key("1", "20", "M-2"), whole) == 1


# What is proposed


def test_thirty_per_cent_of_a_contract_is_proposed_and_counts_once_accepted(
    town: Town, year: FiscalYear
) -> None:
    action = make_action(town, make_plan(town))
    load(town, year, LINES)
    decide(town, "Licences")
    _rule, proposed = rule_of(town, contract="m-1", action=action, evidence="BPU, lot 2")
    assert proposed == Proposed(new=1)
    proposal = Attribution.objects.get()
    assert (proposal.status, proposal.share) == (AttributionStatus.PROPOSED, D("0.3"))
    figure = figure_of(year, Stage.REALISED).figure
    assert (figure.numerator, figure.proposed.amount) == (0, 300)
    assert next(entry.verb for entry in history(line("Licences"))) == "proposed by a rule"
    assert accept(town.finance, proposals=[proposal]) == 1
    assert figure_of(year, Stage.REALISED).figure.by_action == {action.pk: 300}
    take_back(town.finance, accepted=[Attribution.objects.get()])
    assert figure_of(year, Stage.REALISED).figure.numerator == 0


def test_future_lines_are_proposed_on_as_they_come(town: Town, year: FiscalYear) -> None:
    rule, proposed = rule_of(town, supplier="nuage", first_year=2026)
    assert proposed == Proposed()
    load(town, year, LINES)
    # Nobody said yet what share of it is IT.
    assert why(rule) == {"Hébergement": WhyNot.UNDECIDED}
    decide(town, "Hébergement", Verdict.MIXED, share=D("0.5"))
    assert Attribution.objects.get().line == line("Hébergement")


def test_a_contract_is_told_from_the_others_of_its_account(town: Town, year: FiscalYear) -> None:
    load(town, year, LEDGER)
    decide(town, "Maintenance")
    load(town, year, ORDERS)
    _rule, proposed = rule_of(town, contract="M-020")
    assert proposed == Proposed(new=1)
    given = Attribution.objects.get()
    # 30 % of the 12 000 € that orders say, on the 120 000 € of the account.
    assert (given.share, given.line.label) == (D("0.03"), "Maintenance")
    assert figure_of(year, Stage.REALISED).figure.proposed.amount == 3600
    assert outdated(line("Maintenance"), [given]) == set()
    # A new order book: what nobody answered follows its amounts.
    load(town, year, ORDERS.replace("12000,00", "24000,00"), replace=True)
    assert Attribution.objects.get().share == D("0.06")


def test_an_order_that_two_lines_may_hold_is_proposed_on_neither(
    town: Town, year: FiscalYear
) -> None:
    load(town, year, LEDGER.replace("IT;6156;Maintenance", ";6156;Maintenance"))
    decide(town, "Maintenance")
    decide(town, "Ascenseurs")
    load(town, year, ORDERS.replace("BAT;6156;Câbles", ";6156;Câbles"))
    rule, proposed = rule_of(town, contract="M-9")
    assert proposed == Proposed(not_proposed=2)
    assert set(why(rule).values()) == {WhyNot.SHARED}
    assert not Attribution.objects.exists()


def test_the_same_money_is_not_given_twice(town: Town, year: FiscalYear) -> None:
    action = make_action(town, make_plan(town))
    load(town, year, LEDGER)
    maintenance = decide(town, "Maintenance")
    load(town, year, ORDERS)
    order = Order.objects.get(order_ref="17")
    by_hand = share_of_order(maintenance, order, D("0.8"), stage=Stage.REALISED)
    attribute(
        town.finance, line=maintenance, share=by_hand.share, method=Method.KEY, reason="à la main",
        action=action, key=by_hand.key,
    )  # fmt: skip
    rule, _proposed = rule_of(town, contract="M-020", action=action)
    assert why(rule) == {"Maintenance": WhyNot.ALREADY}
    # For another action, there is only a fifth of that contract left, whatever the line holds.
    other, _proposed = rule_of(town, contract="M-020")
    assert why(other) == {"Maintenance": WhyNot.NO_ROOM}
    again = share_of_order(maintenance, order, D("0.3"), stage=Stage.REALISED)
    with pytest.raises(ValidationError, match="Il reste 20"):
        attribute(
            town.finance, line=maintenance, share=again.share, method=Method.KEY, reason="encore",
            key=again.key,
        )  # fmt: skip


def test_a_rule_takes_what_is_left_or_nothing(town: Town, year: FiscalYear) -> None:
    load(town, year, LINES)
    licences = decide(town, "Licences")
    attribute(town.finance, line=licences, share=D("0.8"), method=Method.KEY, reason="clé")
    action = make_action(town, make_plan(town))
    rule, proposed = rule_of(town, contract="M-1", action=action)
    assert (proposed, why(rule)) == (Proposed(not_proposed=1), {"Licences": WhyNot.NO_ROOM})


def test_what_was_refused_never_comes_back(town: Town, year: FiscalYear) -> None:
    load(town, year, LINES)
    decide(town, "Licences")
    rule, _proposed = rule_of(town, contract="M-1")
    refuse(town.finance, proposals=[Attribution.objects.get()])
    assert propose_again(town.editor, rule=rule) == Proposed()
    load(town, year, LINES.replace("1000,00", "1100,00"), replace=True)
    assert line("Licences").attributions.get().status == AttributionStatus.WITHDRAWN


def test_a_line_reviewed_at_zero_stays_so_until_somebody_accepts(
    town: Town, year: FiscalYear
) -> None:
    load(town, year, LINES)
    review(town.finance, line=decide(town, "Licences"), reviewed=True, on=TODAY)
    rule_of(town, contract="M-1")
    assert line("Licences").reviewed_on == TODAY
    accept(town.finance, proposals=[Attribution.objects.get()])
    assert line("Licences").reviewed_on is None


def test_withdrawn_a_rule_takes_back_what_nobody_accepted(town: Town, year: FiscalYear) -> None:
    load(town, year, LINES)
    decide(town, "Licences")
    decide(town, "Hébergement")
    rule, proposed = rule_of(town, nature_prefix="", service="DSI")
    assert proposed == Proposed(new=2)
    accept(town.finance, proposals=[Attribution.objects.get(line__label="Licences")])
    assert withdraw_rule(town.editor, rule=rule) == 1
    statuses = dict(Attribution.objects.values_list("line__label", "status"))
    assert statuses == {"Licences": "declared", "Hébergement": "withdrawn"}
    load(town, year, LINES.replace("Licences", "Logiciels"), replace=True)
    assert not line("Logiciels").attributions.exists()
    with pytest.raises(ValidationError, match="déjà retirée"):
        withdraw_rule(town.editor, rule=rule)


def test_a_closed_year_is_never_proposed_on(town: Town, year: FiscalYear) -> None:
    load(town, year, LINES)
    decide(town, "Licences")
    edit_year(
        town.finance, fiscal_year=year, starts_on=year.starts_on, ends_on=year.ends_on,
        status=YearStatus.CLOSED, tax_basis=TaxBasis.TTC,
    )  # fmt: skip
    assert rule_of(town, contract="M-1")[1] == Proposed()
    assert rule_of(town, contract="M-3", first_year=2027)[1] == Proposed()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "au moins sur quoi"),
        ({"contract": "M-1", "reason": " "}, "toujours un motif"),
        ({"contract": "M-1", "share": "1.1"}, "inférieur"),
        ({"contract": "M-1", "first_year": 1900}, "2000"),
    ],
)
def test_a_rule_says_what_it_is_about_and_why(town: Town, values: Any, words: str) -> None:
    with pytest.raises(ValidationError) as error:
        rule_of(town, **values)
    assert words in " ".join(error.value.messages)
    assert not AttributionRule.objects.exists()


def test_who_may_not_propose_makes_no_rule_and_others_see_none(town: Town) -> None:
    with pytest.raises(DeniedError):
        rule_of(town, contract="M-1", by=town.reader)
    rule, _proposed = rule_of(town, contract="M-1")
    beside = make_town("ailleurs")
    with pytest.raises(Exception, match=str(rule.pk)):
        get_rule(actor=beside.finance, pk=rule.pk, need=beside_need())


def beside_need() -> Any:
    from portulan.accounts.access import Operation

    return Operation.READ_BUDGET


# What the database itself refuses


def test_no_rule_changes_nor_declares_by_itself(town: Town, year: FiscalYear) -> None:
    load(town, year, LINES)
    licences = decide(town, "Licences")
    rule, _proposed = rule_of(town, contract="M-1")
    other = decide(town, "Hébergement")
    changed = "guard_attribution_rule_unchanged"
    refused(changed, "UPDATE budget_attributionrule SET share = 0.9")
    insert = (
        "INSERT INTO budget_attribution (line_id, rule_id, share, outside_it, method, status,"
        " reason, evidence, recorded_at)"
        " VALUES (%s, %s, 0.1, FALSE, 'key', %s, 'essai', '', '2026-11-24 12:00:00')"
    )
    refused("guard_rule_only_proposes", insert, other.pk, rule.pk, "declared")
    once = "attribution_once_a_rule|UNIQUE constraint failed"
    refused(once, insert, licences.pk, rule.pk, "proposed")
    write(insert, other.pk, rule.pk, "proposed")
    withdraw_rule(town.editor, rule=rule)
    refused(
        "guard_attribution_rule_withdrawn_once",
        "UPDATE budget_attributionrule SET withdrawn_at = NULL",
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rule_first", [True, False])
def test_a_rule_and_a_person_at_once_never_go_beyond_the_line(rule_first: bool) -> None:
    town = make_town("deux-mains")
    year = open_year(town.finance, year=2026)
    load(town, year, LINES)
    licences = decide(town, "Licences")

    def by_hand() -> object:
        return attribute(
            town.finance, line=licences, share=D("0.8"), method=Method.KEY, reason="à la main"
        )

    def by_rule() -> object:
        return rule_of(town, contract="M-1", action=action)

    action = make_action(town, make_plan(town))
    turns: list[Callable[[], object]] = [by_rule, by_hand] if rule_first else [by_hand, by_rule]
    stopped = at_once(*turns)
    shares = [item.share for item in Attribution.objects.exclude(status="withdrawn")]
    # The second sees what the first wrote: a person hears why, a rule proposes nothing.
    assert shares == ([D("0.3")] if rule_first else [D("0.8")])
    assert isinstance(stopped, ValidationError) if rule_first else stopped is None


@pytest.mark.django_db(transaction=True)
def test_two_at_once_propose_a_rule_once() -> None:
    town = make_town("deux-regles")
    year = open_year(town.finance, year=2026)
    rule, _proposed = rule_of(town, contract="M-1")
    load(town, year, LINES)

    def decided() -> object:
        return decide(town, "Licences")

    assert at_once(decided, lambda: propose_again(town.editor, rule=rule)) is None
    assert Attribution.objects.count() == 1
