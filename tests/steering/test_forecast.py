"""What a pilot said was spent is read once it is accepted; the page and the table say the same."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portulan.budget.attributions.writes import attribute
from portulan.budget.funding.writes import allot
from portulan.budget.indicator.reads import figure_of
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.words import AttributionStatus, Method, Stage
from portulan.budget.years.writes import open_year
from portulan.core.errors import DeniedError
from portulan.plans.models import Action
from portulan.plans.words import Progress
from portulan.steering.campaigns.answering import Said, save_answer
from portulan.steering.campaigns.links import bearer
from portulan.steering.campaigns.reviewing import Choice, review
from portulan.steering.committees.reads import agenda_of
from portulan.steering.forecast import landing_in, landing_total, spending_said
from portulan.steering.models import Change
from portulan.steering.words import ChangeStatus, Way
from tests.people import Town
from tests.steering.campaigns.asked import Asking, asking
from tests.web.budget.conftest import load

D = Decimal


def spent(asked: Asking, amount: int, status: ChangeStatus | None = ChangeStatus.ACCEPTED) -> None:
    """A pilot says what was spent of the first action, and a referent answers."""
    part = asked.part(asked.actions[0])
    save_answer(
        bearer(part.reply),
        part=part,
        said=Said(spent=D(amount)),
        way=Way.LINK,
        today=asked.today,
        now=timezone.now(),
    )
    if status is not None:
        waiting = Change.objects.filter(status=ChangeStatus.PROPOSED, about="spent")
        choices = {one.pk: Choice(status, "combien ?") for one in waiting}
        review(asked.town.editor, campaign=asked.campaign, choices=choices, today=asked.today)


@pytest.fixture
def asked(town: Town) -> Asking:
    return asking(town)


@pytest.fixture
def year(asked: Asking) -> FiscalYear:
    """A year of today, of which a quarter of a line of 800 € paid goes to the first action."""
    found = open_year(asked.town.finance, year=asked.today.year)
    load(asked.town, found, "DSI;2051;I;Licences;Éditeur SA;M-1;1000,00;1200,00;800,00\n")
    attribute(
        asked.town.finance,
        line=BudgetLine.objects.get(),
        share=D("0.25"),
        method=Method.KEY,
        reason="clé",
        status=AttributionStatus.DECLARED,
        action=asked.actions[0],
    )
    return found


def test_what_was_said_counts_once_accepted(asked: Asking, year: FiscalYear) -> None:
    town, today = asked.town, asked.today
    action = asked.actions[0]
    allot(town.finance, action=action, year=year.year, amount=D(250), decided_on=today)

    def total() -> tuple[Decimal | None, Decimal | None]:
        found = landing_in(actor=town.reader, year=year.year, today=today)
        whole = landing_total(fiscal_year=year, today=today).total
        assert (found.total.least, found.total.most) == (whole.least, whole.most)
        return whole.least, whole.most

    # What accounts hold is what the indicator dedicates to it.
    assert figure_of(year, Stage.REALISED).figure.by_action[action.pk] == 200
    assert total() == (200, 200)
    spent(asked, 300, None)
    assert total() == (200, 200)
    spent(asked, 300, ChangeStatus.REFUSED)
    assert total() == (200, 200)
    spent(asked, 310)
    assert total() == (200, 310)
    told = " ".join(one.why for one in agenda_of(asked.plan, today=today, since=None))
    assert "entre 200\u00a0€" in told
    assert f"{action.called} (+60\u00a0€)" in told
    # As known before it was accepted, and before the year had accounts.
    before = landing_in(
        actor=town.reader, year=year.year, today=today, on=today - timedelta(days=1)
    )
    assert (before.total.least, before.total.most) == (None, None)
    assert spending_said(town.organisation.pk, year.year, today)[action.pk].amount == 310
    assert spending_said(town.organisation.pk, year.year - 1, today) == {}


def test_what_a_pilot_said_counts_where_nothing_was_asked_nor_reserved(
    asked: Asking, year: FiscalYear
) -> None:
    silent = asked.actions[1]
    part = asked.part(silent)
    said = {"way": Way.LINK, "today": asked.today, "now": timezone.now()}
    save_answer(bearer(part.reply), part=part, said=Said(spent=D(70)), **said)
    waiting = Change.objects.get(about="spent")
    choices = {waiting.pk: Choice(ChangeStatus.ACCEPTED, "")}
    review(asked.town.editor, campaign=asked.campaign, choices=choices, today=asked.today)
    for progress in (silent.progress, Progress.DROPPED):
        Action.objects.filter(pk=silent.pk).update(progress=progress)
        found = landing_in(actor=asked.town.reader, year=year.year, today=asked.today)
        whole = landing_total(fiscal_year=year, today=asked.today).total
        assert found.of([silent.pk]).total.most == 70
        assert (found.total.least, found.total.most) == (whole.least, whole.most) == (200, 270)


def test_a_year_that_is_not_the_civil_one_is_the_one_spoken_of(asked: Asking) -> None:
    today = asked.today
    later = open_year(
        asked.town.finance,
        year=today.year + 1,
        starts_on=today - timedelta(days=40),
        ends_on=today + timedelta(days=320),
    )
    spent(asked, 90)
    assert Change.objects.get(about="spent").year == later.year
    assert landing_total(fiscal_year=later, today=today).total.most == 90


def test_who_reads_no_budget_reads_no_landing(town: Town, elsewhere: Town) -> None:
    nobody = type(town.reader)(town.organisation.pk, 1, frozenset())
    with pytest.raises(DeniedError):
        landing_in(actor=nobody, year=2026, today=timezone.localdate())
