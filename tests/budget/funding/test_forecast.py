"""Where a year lands: an interval from what accounts hold to what pilots say, never a sum."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portulan.budget.funding.by_year import ActionMoney, YearMoney
from portulan.budget.funding.consumption import Need
from portulan.budget.funding.forecast import Said, elapsed_share, landing_of, year_landing
from portulan.budget.funding.sentences import landing_sentence, landing_sentences
from portulan.budget.words import Stage
from portulan.plans.models import Action

D = Decimal
DAY = date(2026, 6, 30)
MONEY = st.none() | st.decimals(0, 10**6, places=2)


def money(
    pk: int | None = 1, *, allotted: int | None = None, **stages: int | Decimal | None
) -> ActionMoney:
    held = {Stage[name]: D(value) for name, value in stages.items() if value is not None}
    action = None if pk is None else Action(pk=pk, number=pk, title="Trier")
    return ActionMoney(action, Need(allotted=None if allotted is None else D(allotted)), held)


def year(*rows: ActionMoney, **said: int):  # type: ignore[no-untyped-def]
    stages = tuple(stage for stage in Stage if any(stage in row.stages for row in rows))
    whole = YearMoney(2026, "TTC", None, stages, rows, None, is_closed=False)
    told = {int(pk[1:]): Said(D(amount), DAY) for pk, amount in said.items()}
    return year_landing(whole, told, on=DAY, elapsed=D(50))


@given(MONEY, MONEY, MONEY)
def test_the_interval_holds_what_is_known_and_adds_nothing(
    realised: Decimal | None, committed: Decimal | None, said: Decimal | None
) -> None:
    row = money(REALISED=realised, COMMITTED=committed, OPENED=D(10**7))
    found = landing_of(row, None if said is None else Said(said, DAY))
    held = [one for one in (realised, committed) if one is not None]
    assert found.least == max(held, default=None)
    known = [*held, *([] if said is None else [said])]
    assert found.most == max(known, default=None)
    if found.least is not None:
        assert found.most is not None
        assert found.least <= found.most <= sum(known)


def test_what_is_over_left_and_consumed() -> None:
    found = year(
        money(1, allotted=100, REALISED=40, COMMITTED=60),
        money(2, allotted=50, REALISED=10, COMMITTED=10),
        money(3, REALISED=7, COMMITTED=7),
        money(None, REALISED=5, COMMITTED=5),
        a2=80,
    )
    first, second, third, at_large = found.rows
    assert (first.least, first.most, first.left, first.share) == (60, 60, 40, 60)
    assert (second.least, second.most, second.left, second.is_over) == (10, 80, -30, True)
    assert (third.left, third.share, at_large.left) == (None, None, None)
    assert (found.total.least, found.total.most, found.total.realised) == (82, 152, 62)
    # Of the allotments, what their own actions hold: others, and what is at large, take nothing.
    assert found.share == D(7000) / 150
    assert found.left == 40
    # What the share leaves out is said: the two make all that accounts hold.
    assert (found.beyond, found.share * 150 / 100 + found.beyond) == (12, found.total.least)
    assert "12\u00a0€ de plus" in " ".join(landing_sentences(found, "fr"))
    assert "de plus" not in " ".join(landing_sentences(year(money(allotted=100, REALISED=9)), "fr"))
    assert (found.silent, found.over) == (2, (second,))
    assert [row.action and row.action.pk for row in found.of([2, 3]).rows] == [2, 3]


def test_unknown_is_said_to_be_so() -> None:
    assert "Ni les comptes" in landing_sentence(year(money(allotted=9)), "fr")
    alone = year(money(OPENED=9), a1=80)
    assert (alone.total.least, alone.total.most) == (None, 80)
    assert "neither what is committed" in landing_sentence(alone, "en")
    assert "au moins" in landing_sentence(year(money(REALISED=9)), "fr")
    told = " ".join(landing_sentences(year(money(allotted=100, REALISED=9), a1=130), "fr"))
    assert "entre 9\u00a0€" in told
    assert "et 130\u00a0€" in told
    assert "9\u00a0% des 100\u00a0€ dotés" in told
    assert "1 (+30\u00a0€)" in told


def test_the_days_of_a_year_that_are_past() -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    assert elapsed_share(first, last, date(2025, 12, 31)) == 0
    assert elapsed_share(first, last, first) == D(100) / 365
    assert elapsed_share(first, last, last) == elapsed_share(first, last, date(2027, 5, 1)) == 100
