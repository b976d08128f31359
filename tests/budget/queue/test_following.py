"""The verdicts of a year taken over by the next, as they were shown, and given back."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portulan.budget.imports.writes import confirm, preview
from portulan.budget.indicator.reads import figure_of
from portulan.budget.models import BudgetLine, FiscalYear, LineOverride
from portulan.budget.perimeter.verdicts import override_line
from portulan.budget.queue.following import (
    figure_after,
    sources_for,
    take_verdicts,
    verdicts_from,
)
from portulan.budget.queue.writes import take_back
from portulan.budget.words import Stage, Verdict, YearStatus
from portulan.budget.years.writes import open_year
from portulan.core.errors import DeniedError
from tests.people import Town

D = Decimal
HEAD = "Compte;Fonction;Libellé;Fournisseur;Ouvert\n"
ROWS = (
    "2051;020;;;100,00\n6156;020;;;200,00\n6156;212;;;50,00\n6262;020;;;30,00\n"
    "611;020;Nuage;;70,00\n611;020;Copieurs;;40,00\n"
)


def load(town: Town, number: int, rows: str = ROWS) -> FiscalYear:
    year = open_year(town.finance, year=number)
    stream = io.BytesIO((HEAD + rows).encode())
    batch = preview(town.finance, fiscal_year=year, stream=stream, file_name=f"{number}.csv")
    confirm(town.finance, batch=batch)
    return year


def decide(town: Town, year: FiscalYear, said: Verdict, share: str | None, **of: str) -> None:
    for line in BudgetLine.objects.filter(fiscal_year=year, **of):
        given = None if share is None else D(share)
        override_line(town.finance, line=line, verdict=said, share=given, reason="clé DSI")


@pytest.fixture
def years(town: Town) -> tuple[FiscalYear, FiscalYear]:
    """In the first, people decided three accounts by nature, and one line by its name."""
    before, after = load(town, 2017), load(town, 2018)
    decide(town, before, Verdict.MIXED, "0.4", nature="6156", function="020")
    decide(town, before, Verdict.OUT, None, nature="6262")
    decide(town, before, Verdict.IN, None, label="Nuage")
    return before, after


def said_of(year: FiscalYear) -> dict[tuple[str, str, str], tuple[str, Decimal | None]]:
    rows = BudgetLine.objects.filter(fiscal_year=year, overridden=True)
    return {
        (line.nature, line.function, line.label): (line.verdict, line.it_share) for line in rows
    }


def test_all_that_people_decided_is_taken_at_once_and_given_back(
    town: Town, years: tuple[FiscalYear, FiscalYear]
) -> None:
    before, after = years
    following = verdicts_from(after, before)
    assert len(following.taken) == 3
    assert following.left == ()
    assert {key: len(lines) for key, lines in following.by_verdict.items()} == {
        ("mixed", D("0.4")): 1, ("out", D(0)): 1, ("in", D(1)): 1,
    }  # fmt: skip
    was, will = figure_after(following, Stage.OPENED)
    given = take_verdicts(town.finance, fiscal_year=after, source=before, digest=following.digest)
    assert given.lines == 3
    assert said_of(after) == said_of(before)
    assert figure_of(after, Stage.OPENED).figure == will.figure
    assert set(LineOverride.objects.filter(line__fiscal_year=after).values_list(
        "learnt_from__by", flat=True
    )) == {"account_and_function", "line"}  # fmt: skip
    assert verdicts_from(after, before).taken == ()
    assert take_back(town.finance, fiscal_year=after, entry=given.entry) == 3
    assert said_of(after) == {}
    assert figure_of(after, Stage.OPENED).figure == was.figure


def test_what_is_taken_is_what_was_shown_in_a_year_that_is_open(
    town: Town, years: tuple[FiscalYear, FiscalYear]
) -> None:
    before, after = years
    digest = verdicts_from(after, before).digest
    asked = {"fiscal_year": after, "source": before}
    with pytest.raises(DeniedError):
        take_verdicts(town.editor, digest=digest, **asked)
    decide(town, before, Verdict.MIXED, "0.5", nature="6156", function="020")
    with pytest.raises(ValidationError, match="relisez"):
        take_verdicts(town.finance, digest=digest, **asked)
    FiscalYear.objects.filter(pk=after.pk).update(status=YearStatus.CLOSED)
    with pytest.raises(ValidationError, match="clos"):
        take_verdicts(town.finance, digest=verdicts_from(after, before).digest, **asked)
    assert said_of(after) == {}


def test_a_line_with_several_verdicts_to_take_is_left_to_a_person(town: Town) -> None:
    before = load(town, 2017, "6156;020;;;200,00\n6156;020;;;300,00\n")
    after = load(town, 2018, "6156;020;;;200,00\n")
    lines = BudgetLine.objects.filter(fiscal_year=before).order_by("row")
    override_line(town.finance, line=lines[0], verdict=Verdict.IN, reason="x")
    override_line(town.finance, line=lines[1], verdict=Verdict.OUT, reason="x")
    following = verdicts_from(after, before)
    assert (len(following.taken), len(following.left)) == (0, 1)
    with pytest.raises(ValidationError, match="Aucune ligne"):
        take_verdicts(town.finance, fiscal_year=after, source=before, digest=following.digest)


def test_an_earlier_year_takes_from_the_one_after_it(
    town: Town, years: tuple[FiscalYear, FiscalYear]
) -> None:
    before, after = years
    assert [year.year for year in sources_for(after)] == [2017]
    assert sources_for(before) == []
    decide(town, after, Verdict.IN, None, label="Copieurs")
    assert [year.year for year in sources_for(before)] == [2018]
    [(line, proposal)] = verdicts_from(before, after).taken
    assert (line.label, proposal.verdict) == ("Copieurs", Verdict.IN)
