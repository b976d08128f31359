"""The sums kept with imports say what the lines say, whatever was done to them, in any order."""

from __future__ import annotations

import contextlib
import io
import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.attributions.writes import (
    attribute,
    edit_attribution,
    restore,
    review_many,
    withdraw,
)
from portulan.budget.funding.by_action import funding_of
from portulan.budget.imports.typed import TypedLine, type_figures
from portulan.budget.imports.writes import confirm, preview, roll_back
from portulan.budget.indicator.line_sums import YearSums
from portulan.budget.indicator.reads import figure_of
from portulan.budget.lines import reads as line_reads
from portulan.budget.lines.kept_sums import count_missing, following, sums_in_force, weighed_lines
from portulan.budget.lines.reads import (
    ORDERS,
    LineFilter,
    filtered_lines,
    found_first,
    page_of_lines,
)
from portulan.budget.lines.recounting import recount, stale_imports
from portulan.budget.lines.sums import Sums, total_of
from portulan.budget.lines.weighing import WeighedLine, WeighedShare
from portulan.budget.models import (
    Attribution,
    BudgetLine,
    DaySums,
    FiscalYear,
    ImportBatch,
    StageSums,
)
from portulan.budget.perimeter.rule_writes import add_rule
from portulan.budget.perimeter.verdicts import clear_override, override_line
from portulan.budget.perimeter.writes import bring_into_force, draft_perimeter
from portulan.budget.words import AttributionStatus, BatchStatus, Method, Stage, Verdict, YearStatus
from portulan.budget.years.writes import edit_year, open_year
from portulan.core.money import TaxBasis
from portulan.plans.models import Action, Plan
from tests.people import Town

D = Decimal
TODAY = date(2026, 11, 24)
SHARES = ("0.1", "0.25", "0.3333333333", "0.5", "1")

shares = st.builds(
    WeighedShare,
    st.decimals("0.0000000001", 1, places=10),
    st.sampled_from(list(AttributionStatus)[:3]),
    st.sampled_from([None, 1, 2]),
    st.booleans(),
)
lines = st.builds(
    WeighedLine,
    st.integers(1, 2**40),
    st.sampled_from("FI"),
    st.none() | st.decimals(-(10**13), 10**13, places=2),
    st.sampled_from(list(Verdict)),
    st.none() | st.decimals(0, 1, places=10),
    st.booleans(),
    st.lists(shares, max_size=4).map(tuple),
)
many = st.lists(lines, max_size=12, unique_by=lambda line: line.key)


@given(many, st.randoms())
def test_lines_taken_out_leave_the_sums_of_those_that_stay(
    given_lines: list[WeighedLine], chance: random.Random
) -> None:
    gone = [line for line in given_lines if chance.random() < 0.5]
    stay = [line for line in given_lines if line not in gone]
    chance.shuffle(given_lines)
    assert Sums.of(given_lines).plus(Sums.of(gone), -1) == Sums.of(stay)
    assert total_of([Sums.of(gone), Sums.of(stay)]) == Sums.of(given_lines)
    assert Sums.from_document(Sums.of(stay).document()) == Sums.of(stay)


def ledger(chance: random.Random, rows: int, year: int = 2026) -> bytes:
    accounts = ("2051", "21838", "611", "6156", "6262", "60632", "6411")
    head = "Exercice;Gestionnaire;Compte;Section;Libellé;Voté;Ouvert;Mandaté\n"
    return (
        head
        + "".join(
            f"{year};{chance.choice(('DSI', 'DRH'))};{chance.choice(accounts)};"
            f"{chance.choice('FI')};Ligne {row % 9};{chance.randrange(-900, 9999) / 100:.2f};"
            f"{chance.choice(('', f'{chance.randrange(9999) / 100:.2f}'))};{row}\n"
            for row in range(rows)
        )
    ).encode()


class Somebody:
    """Somebody who does anything that can be done to a year, a service at a time."""

    def __init__(self, town: Town, year: FiscalYear, actions: list[Action], seed: int) -> None:
        self.town, self.year, self.actions = town, year, actions
        self.chance = random.Random(seed)

    def line(self) -> BudgetLine:
        return self.chance.choice(
            list(BudgetLine.objects.filter(fiscal_year=self.year).order_by("pk"))
        )

    def given(self, *statuses: AttributionStatus) -> Attribution:
        found = Attribution.objects.filter(line__fiscal_year=self.year, status__in=statuses)
        return self.chance.choice(list(found.order_by("pk")))

    def share(self) -> Decimal:
        return D(self.chance.choice(SHARES))

    def attribute(self) -> None:
        attribute(
            self.town.finance,
            line=self.line(),
            share=self.share(),
            method=Method.KEY,
            reason="clé",
            action=self.chance.choice([None, *self.actions]),
            status=self.chance.choice(list(AttributionStatus)[:3]),
            evidence="note",
            outside_it=self.chance.random() < 0.2,
        )

    def edit(self) -> None:
        found = self.given(*list(AttributionStatus)[:3])
        edit_attribution(
            self.town.finance,
            attribution=found,
            share=self.share(),
            method=Method.KEY,
            reason="autre clé",
            action=self.chance.choice([None, *self.actions]),
            status=self.chance.choice(list(AttributionStatus)[:3]),
            evidence="note",
        )

    def withdraw(self) -> None:
        withdraw(self.town.finance, attribution=self.given(*list(AttributionStatus)[:3]))

    def restore(self) -> None:
        found = self.given(AttributionStatus.WITHDRAWN)
        restore(self.town.finance, attribution=found, status=AttributionStatus.DECLARED)

    def review(self) -> None:
        reviewed = self.chance.random() < 0.7
        lines = [self.line() for _ in range(self.chance.randrange(1, 4))]
        review_many(self.town.finance, lines=lines, reviewed=reviewed, on=TODAY)

    def override(self) -> None:
        verdict = self.chance.choice([Verdict.IN, Verdict.MIXED, Verdict.OUT])
        override_line(
            self.town.finance, line=self.line(), verdict=verdict, share=self.share(), reason="note"
        )

    def clear(self) -> None:
        clear_override(self.town.finance, line=self.line())

    def load(self) -> None:
        content = ledger(self.chance, self.chance.randrange(4, 14))
        batch = preview(
            self.town.finance,
            fiscal_year=self.year,
            stream=io.BytesIO(content),
            file_name="ledger.csv",
        )
        confirm(self.town.finance, batch=batch, replace=True)

    def type(self) -> None:
        type_figures(
            self.town.finance,
            fiscal_year=self.year,
            stage=Stage.REALISED,
            it_budget=D(1000),
            lines=[TypedLine("Serveurs", D("12.34"), "typé", self.actions[0])],
            on=TODAY,
            replace=True,
        )

    def take_out_or_put_back(self) -> None:
        batch = self.chance.choice(list(ImportBatch.objects.filter(fiscal_year=self.year)))
        if batch.status == BatchStatus.CONFIRMED:
            roll_back(self.town.finance, batch=batch)
        else:
            confirm(self.town.finance, batch=batch, replace=True)

    def new_edition(self) -> None:
        draft = draft_perimeter(self.town.finance)
        add_rule(
            self.town.finance,
            perimeter=draft,
            verdict=self.chance.choice([Verdict.IN, Verdict.MIXED, Verdict.OUT]),
            share=self.share(),
            reason="règle",
            nature_prefix=self.chance.choice(("2", "61", "6262", "60")),
        )
        bring_into_force(self.town.finance, perimeter=draft, on=TODAY)

    def close_and_open_again(self) -> None:
        for status in (YearStatus.CLOSED, YearStatus.EXECUTING):
            self.year.refresh_from_db()
            edit_year(
                self.town.finance,
                fiscal_year=self.year,
                starts_on=self.year.starts_on,
                ends_on=self.year.ends_on,
                status=status,
                tax_basis=TaxBasis(self.year.tax_basis),
            )

    def do(self, *chosen: Callable[[], None]) -> None:
        """Do one of these things, or anything; what is refused must have moved nothing."""
        usual: list[tuple[Callable[[], None], int]] = [
            (self.attribute, 8), (self.edit, 3), (self.withdraw, 2), (self.restore, 1),
            (self.review, 3), (self.override, 3), (self.clear, 2), (self.load, 1), (self.type, 1),
            (self.take_out_or_put_back, 1), (self.new_edition, 1), (self.close_and_open_again, 1),
        ]  # fmt: skip
        deeds, weights = zip(*([(deed, 1) for deed in chosen] or usual), strict=True)
        with contextlib.suppress(ValidationError, IndexError):
            self.chance.choices(deeds, weights)[0]()


@pytest.fixture
def actions(town: Town) -> list[Action]:
    plan = Plan.objects.create(
        organisation=town.organisation, slug="plan", title="Plan", first_year=2025, last_year=2027
    )
    return [
        Action.objects.create(
            plan=plan, number=number, title=f"Action {number}", level=1, pilot_function="DSI"
        )
        for number in (1, 2)
    ]


@pytest.fixture
def year(town: Town) -> FiscalYear:
    return open_year(town.finance, year=2026)


def counted_again(year: FiscalYear, stage: Stage) -> Sums:
    """The sums of the lines in force, read one by one."""
    batches = ImportBatch.objects.filter(fiscal_year=year, status=BatchStatus.CONFIRMED)
    return Sums.of(weighed_lines(list(batches.values_list("pk", flat=True)), stage))


def check(year: FiscalYear, actions: list[Action]) -> None:
    """Everything a page reads from the sums is what the lines and the attributions say."""
    year = FiscalYear.objects.select_related("judged_under").get(pk=year.pk)
    for batch in ImportBatch.objects.filter(fiscal_year=year):
        for row in batch.sums.all():
            lines_say = Sums.of(weighed_lines([batch.pk], Stage(row.stage)))
            assert Sums.from_document(row.document) == lines_say, (batch, row.stage)
    for stage in Stage:
        kept = sums_in_force(year.pk, stage)
        assert total_of(kept.values()) == counted_again(year, stage)
    sums = YearSums(year, Stage.VOTED)
    for asked in FILTERS:
        in_lines = list(filtered_lines(year, asked))
        wanted = found_first(year, asked)
        assert (wanted.among is None) == (not asked.search)
        found = sums.of(wanted)
        assert found.count == len(in_lines), wanted
        assert found.amount == sum((line.amount for line in in_lines), D(0)), wanted
        assert abs(found.nr - sum((line.nr for line in in_lines), D(0))) < D("0.02"), wanted
        shown = page_of_lines(year, wanted, range(min(5, found.count)), found.count)
        assert shown == in_lines[:5], wanted
    figure = figure_of(year, Stage.VOTED).figure
    assert sum(figure.by_action.values(), D(0)) == figure.numerator
    assert figure.lines == sums.total


FILTERS = [
    LineFilter(Stage.VOTED, **wanted)
    for wanted in (
        *({"order": f"{sign}{name}"} for name in ORDERS for sign in ("", "-")),
        *({"verdict": name} for name in ("counted", "perimeter", "undecided", "in", "mixed")),
        *({"attribution": name} for name in ("attributed", "declared", "waiting", "outside")),
        *({"attribution": name} for name in ("to_review", "reviewed", "over", "proposed")),
        {"section": "I", "verdict": "in", "attribution": "to_review", "order": "-amount"},
        {"search": "ligne 3"},
        {"search": "ligne", "verdict": "in", "order": "nr"},
        {"search": "ligne 1", "attribution": "attributed", "order": "-amount"},
    )
]


def test_words_that_many_lines_hold_are_left_to_the_database(
    town: Town, year: FiscalYear, actions: list[Action], monkeypatch: pytest.MonkeyPatch
) -> None:
    Somebody(town, year, actions, 1).load()
    wanted = LineFilter(Stage.VOTED, search="ligne", order="label")
    count = len(list(filtered_lines(year, wanted)))
    monkeypatch.setattr(line_reads, "_FEW", count)
    few = found_first(year, wanted)
    assert few.among is not None
    assert len(few.among) == count
    assert not few.search
    monkeypatch.setattr(line_reads, "_FEW", count - 1)
    assert found_first(year, wanted) == wanted
    pages = [page_of_lines(year, one, range(count), count) for one in (few, wanted)]
    assert pages[0] == pages[1] == list(filtered_lines(year, wanted))


@pytest.mark.parametrize("seed", range(6))
def test_no_figure_is_stale_after_any_sequence_of_services(
    town: Town, year: FiscalYear, actions: list[Action], seed: int
) -> None:
    somebody = Somebody(town, year, actions, seed)
    somebody.load()
    for _ in range(40):
        somebody.do()
    check(year, actions)


def test_accounts_older_than_their_sums_are_counted_when_the_product_starts(
    town: Town, year: FiscalYear, actions: list[Action]
) -> None:
    somebody = Somebody(town, year, actions, 7)
    somebody.load()
    for _ in range(20):
        somebody.do(somebody.attribute)
    before = figure_of(year, Stage.VOTED)
    StageSums.objects.all().delete()
    BudgetLine.objects.update(nr_share=None, claimed_share=None)
    assert figure_of(year, Stage.VOTED) == before
    assert count_missing() == 1
    assert count_missing() == 0
    check(year, actions)
    assert figure_of(year, Stage.VOTED) == before


def test_an_action_receives_what_the_figure_counts_for_it(
    town: Town, year: FiscalYear, actions: list[Action]
) -> None:
    somebody = Somebody(town, year, actions, 3)
    somebody.load()
    for _ in range(30):
        somebody.do(somebody.attribute, somebody.override)
    found = funding_of(Action.objects.select_related("plan"))
    stage = Stage(found[actions[0].pk].of(2026).stage)
    figure = figure_of(year, stage).figure
    for action in actions:
        given = figure.by_action.get(action.pk, D(0))
        assert found[action.pk].of(2026).attributed == given.quantize(D("0.01"), "ROUND_HALF_UP")


def test_what_is_undone_leaves_the_sums_as_they_were(town: Town, year: FiscalYear) -> None:
    somebody = Somebody(town, year, [], 5)
    somebody.load()
    line = BudgetLine.objects.filter(it_share=1)[0]
    before = figure_of(year, Stage.VOTED)
    attribution = attribute(
        town.finance, line=line, share=D("0.3333333333"), method=Method.KEY, reason="clé"
    )
    assert figure_of(year, Stage.VOTED).inputs_hash != before.inputs_hash
    withdraw(town.finance, attribution=attribution)
    assert figure_of(year, Stage.VOTED).inputs_hash == before.inputs_hash


def test_a_block_that_fails_moves_nothing(town: Town, year: FiscalYear) -> None:
    Somebody(town, year, [], 5).load()
    before = list(StageSums.objects.values())
    with pytest.raises(ZeroDivisionError), following([BudgetLine.objects.all()[0].pk]):
        raise ZeroDivisionError
    assert list(StageSums.objects.values()) == before


@pytest.mark.parametrize(
    "hand",
    [
        lambda: StageSums.objects.filter(stage=Stage.VOTED).update(document=Sums().document()),
        lambda: StageSums.objects.filter(stage=Stage.OPENED).delete(),
        lambda: DaySums.objects.filter(stage=Stage.VOTED).update(document=Sums().document()),
        lambda: BudgetLine.objects.filter(claimed_share__isnull=False).update(nr_share=D("0.9")),
        lambda: BudgetLine.objects.filter(claimed_share=None).update(claimed_share=D("0.9")),
        lambda: BudgetLine.objects.filter(it_share=1).update(opened=F("opened") + 1),
    ],
)
def test_what_a_hand_changed_is_found_and_counted_from_the_lines(
    town: Town, year: FiscalYear, actions: list[Action], hand: Callable[[], object]
) -> None:
    somebody = Somebody(town, year, actions, 7)
    somebody.load()
    for _ in range(20):
        somebody.do(somebody.attribute)
    assert list(stale_imports()) == []
    hand()
    assert list(stale_imports()) == list(year.batches.all())
    assert recount() == 1
    assert recount() == 0
    check(year, actions)
