"""The register says enough for a stranger to find the share again, and no more than is asked."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.attributions.writes import attribute
from portulan.budget.decisions.columns import TITLES, Column
from portulan.budget.decisions.sheet import _kept, _share
from portulan.budget.decisions.standing import Standing
from portulan.budget.indicator.share import figure_from
from portulan.budget.lines.sums import Sums
from portulan.budget.lines.weighing import WeighedLine, WeighedShare, kept_of
from portulan.budget.models import Attribution, BudgetLine
from portulan.budget.words import AttributionStatus, Method, Stage, Verdict
from tests.budget.decisions.conftest import Office, Paper
from tests.budget.decisions.stranger import retained, rows_of, share

D = Decimal


shares = st.lists(
    st.builds(
        WeighedShare,
        st.decimals("0.0000000001", 1, places=10),
        st.sampled_from(list(AttributionStatus)[:3]),
        st.none(),
        st.booleans(),
    ),
    max_size=3,
)
weighed = st.builds(
    WeighedLine,
    st.just(0),
    st.sampled_from("FI"),
    st.decimals(-(10**9), 10**9, places=2) | st.none(),
    st.sampled_from([Verdict.IN, Verdict.MIXED]),
    st.decimals(0, 1, places=10) | st.none(),
    st.booleans(),
    shares=shares.map(tuple),
)


@given(st.lists(weighed, min_size=1, max_size=8), st.sampled_from(["csv", "xlsx", "ods"]))
def test_and_of_any_lines(lines: list[WeighedLine], kind: str) -> None:
    labels = {"proposed": "Proposé", "declared": "Déclaré", "justified": "Justifié"}
    verdicts = {Verdict.IN: "Dans", Verdict.MIXED: "Mixte"}
    heads = [
        TITLES[column].fr
        for column in (
            *(Column.LINE, Column.LINE_AMOUNT, Column.IT_SHARE, Column.SHARE, Column.STATUS),
            *(Column.OUTSIDE, Column.KEPT_AMOUNT, Column.VERDICT, Column.REVIEWED),
        )
    ]
    amount_of = _kept(Stage.OPENED)[Column.KEPT_AMOUNT]
    rows = [
        [
            *(number, line.amount, _share(line.it_share)),
            *(one and _share(one.share), one and labels[one.status]),
            *("oui" if one and one.outside_it else "", amount_of(standing, one)),
            *(verdicts[line.verdict], "oui" if line.reviewed else ""),
        ]
        for number, line in enumerate(lines)
        for standing in [_standing(number, line)]
        for one in standing.given or [None]
    ]
    figure = figure_from(Sums.of(lines))
    found = rows_of(Paper(heads, rows).file(kind).getvalue(), kind)
    parts = {"value": figure.value, "lower": figure.lower, "upper": figure.upper}
    assert share(found) == {
        name: None if part is None else f"{part:.4f}" for name, part in parts.items()
    }
    assert retained(found) == figure.numerator


def _standing(number: int, line: WeighedLine) -> Standing:
    model = BudgetLine(pk=number, opened=line.amount, it_share=line.it_share)
    given_ = [
        Attribution(pk=place, share=one.share, status=one.status, outside_it=one.outside_it)
        for place, one in enumerate(line.shares)
    ]
    return Standing(model, given_)


@given(st.decimals(0, 1, places=10) | st.none(), shares)
def test_what_holds_of_each_adds_up_to_what_holds(
    it_share: Decimal | None, given_: list[WeighedShare]
) -> None:
    kept = kept_of(it_share, given_)
    assert sum(kept.taken.values(), D(0)) == kept.retained + kept.proposed
    assert set(kept.taken) == {at for at, one in enumerate(given_) if not one.outside_it}


def test_a_row_says_what_is_dedicated_by_whom_when_and_why(office: Office, action) -> None:
    given_ = attribute(
        office.town.finance,
        line=office.line("Licences"),
        amount=D("400"),
        stage=Stage.OPENED,
        action=action,
        method=Method.KEY,
        reason="clé",
        evidence="note 1",
    )
    paper = office.paper()
    row = dict(zip(paper.heads, paper.row("Licences"), strict=True))
    assert row["Montant de la ligne (ouvert, € TTC)"] == 1200
    assert row["Part dédiée au NR"] == D("0.3333333333")
    assert (row["Montant fléché (€)"], row["Stade du montant"]) == (400, "ouvert")
    assert (row["Action"], row["Statut"]) == ("7", "Déclaré")
    assert (row["Motif"], row["Preuve"]) == ("clé", "note 1")
    assert (row["Auteur"], row["Ligne du fichier"]) == ("Fonction finance", 2)
    assert row["Fléchée le"] == timezone.localdate(given_.recorded_at)
    assert row["Montant retenu (€)"] == D("399.99999996")
    assert "Logiciels" in str(row["Jugée par"])
    # Suppliers leave only when asked for, and the key says nothing of them.
    assert "Fournisseur" not in paper.heads
    BudgetLine.objects.filter(label="Licences").update(supplier="Un autre")
    assert office.paper().row("Licences")[0] == paper.row("Licences")[0]
    full = office.paper(suppliers=True)
    assert full.row("Licences")[full.at(Column.SUPPLIER)] == "Un autre"


def test_the_queue_keeps_what_waits(office: Office) -> None:
    attribute(
        office.town.finance,
        line=office.line("Licences"),
        share=D("0.5"),
        method=Method.KEY,
        reason="clé",
    )
    paper = office.paper(waiting=True)
    labels = {row[paper.at(Column.LABEL)] for row in paper.rows}
    assert labels == {"Hébergement", "Copieurs", "Télécoms"}


def test_as_many_queries_whatever_the_lines(office: Office, django_assert_max_num_queries) -> None:
    model = office.line("Télécoms")
    for n in range(300):
        model.pk, model.row, model.label = None, 100 + n, f"Copie {n}"
        model.save(force_insert=True)
    with django_assert_max_num_queries(7):
        office.paper()
