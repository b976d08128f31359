"""A programme authorises over years and is paid year by year: AE and CP are never added."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portulan.budget.funding.programmes import (
    Followed,
    followed,
    programmes,
    remove_revision,
    revise_programme,
    set_programme,
)
from portulan.budget.imports.writes import confirm, preview
from portulan.budget.indicator.reads import figure_of
from portulan.budget.models import FiscalYear, Programme
from portulan.budget.words import ProgrammeKind, Stage
from portulan.budget.years.writes import open_year
from portulan.core.errors import DeniedError
from portulan.core.trail import history
from tests.people import Town

D = Decimal
TODAY = date(2026, 11, 24)
HEAD = "Compte;Libellé;Opération;Marché;Ouvert;Engagé;Mandaté\n"


def load(town: Town, year: int, rows: str) -> FiscalYear:
    opened = open_year(town.finance, year=year)
    batch = preview(
        town.finance,
        fiscal_year=opened,
        stream=io.BytesIO((HEAD + rows).encode()),
        file_name=f"gl{year}.csv",
    )
    confirm(town.finance, batch=batch)
    return opened


@pytest.fixture
def room(town: Town) -> Programme:
    return set_programme(
        town.finance, title="Salle", kind=ProgrammeKind.AP_CP, codes=["OP12", " M-7 ", "OP12"]
    )


def authorise(
    town: Town, programme: Programme, amount: str, on: date, payments: dict[int, str]
) -> None:
    revise_programme(
        town.finance,
        programme=programme,
        amount=D(amount),
        decided_on=on,
        reference="Délibération",
        payments={year: D(paid) for year, paid in payments.items()},
    )


def follow(town: Town, today: date = TODAY) -> Followed:
    [found] = followed(programmes(actor=town.finance), today)
    return found


def test_lines_consume_the_authorisation_and_the_payment_credits_apart(
    town: Town, room: Programme
) -> None:
    authorise(town, room, "900", date(2025, 3, 1), {2025: "300", 2026: "500"})
    load(town, 2025, "2313;Travaux;OP12;;300,00;280,00;200,00\n2051;Autre;;;50,00;50,00;50,00\n")
    year = load(
        town, 2026, "2313;Travaux;OP12;;500,00;400,00;350,00\n611;Suivi;;M-7;80,00;60,00;\n"
    )
    found = follow(town)
    assert [(one.year, one.foreseen, one.opened, one.realised) for one in found.years] == [
        (2025, D("300.00"), D("300.00"), D("200.00")),
        (2026, D("500.00"), D("580.00"), D("350.00")),
    ]
    # What 2025 committed and did not pay is committed again in 2026: counted once.
    assert found.committed == D("200.00") + D("460.00")
    assert found.realised == D("550.00")
    assert found.left_to_commit == D("240.00")
    # The share of the year counts its own credits, not the authorisation (case 6).
    total = sum(line.opened or 0 for line in year.lines.all())
    assert total == D("580.00")
    assert figure_of(year, Stage.OPENED).figure.lines == 2


def test_a_revision_is_dated_and_what_was_voted_stays(town: Town, room: Programme) -> None:
    authorise(town, room, "700", date(2025, 6, 26), {2025: "200", 2026: "500"})
    authorise(town, room, "800", date(2026, 6, 25), {2025: "200", 2026: "500", 2027: "100"})
    assert follow(town, date(2026, 6, 24)).authorised == D("700.00")
    today = follow(town)
    assert (today.authorised, [one.year for one in today.years]) == (
        D("800.00"),
        [2025, 2026, 2027],
    )
    assert [one.amount for one in today.revisions] == [D("700.00"), D("800.00")]
    remove_revision(town.finance, revision=today.revisions[-1])
    assert follow(town).authorised == D("700.00")
    assert [entry.verb for entry in history(room)][:3] == ["revision removed", "revised", "revised"]


def test_the_state_commits_each_euro_in_one_year(town: Town) -> None:
    found = set_programme(town.finance, title="P129", kind=ProgrammeKind.STATE, codes=["129"])
    authorise(town, found, "1000", date(2025, 1, 1), {})
    load(town, 2025, "2313;AE;129;;;280,00;200,00\n")
    load(town, 2026, "2313;AE;129;;;100,00;150,00\n6156;Autre;;;;300,00;250,00\n")
    assert follow(town).committed == D("380.00")


@pytest.mark.parametrize(
    ("amount", "payments"), [("100", {2025: "60", 2026: "41"}), ("-1", {}), ("10", {2025: "-1"})]
)
def test_payment_credits_stay_within_what_is_authorised(
    town: Town, room: Programme, amount: str, payments: dict[int, str]
) -> None:
    with pytest.raises(ValidationError):
        authorise(town, room, amount, TODAY, payments)
    assert room.revisions.count() == 0


def test_a_code_is_of_one_programme_and_only_finance_says_so(
    town: Town, elsewhere: Town, room: Programme
) -> None:
    assert room.codes == ["OP12", "M-7"]
    with pytest.raises(ValidationError, match="déjà celui"):
        set_programme(town.finance, title="Autre", kind=ProgrammeKind.AE_CP, codes=["M-7"])
    with pytest.raises(DeniedError):
        set_programme(town.editor, title="Autre", kind=ProgrammeKind.AE_CP, codes=[])
    with pytest.raises(ValidationError, match="autre organisation"):
        authorise(elsewhere, room, "1", TODAY, {})
    assert not programmes(actor=elsewhere.finance).exists()


def test_a_programme_without_lines_or_decision_knows_nothing(town: Town, room: Programme) -> None:
    found = follow(town)
    assert (found.authorised, found.committed, found.realised, found.years) == (
        None,
        None,
        None,
        (),
    )
