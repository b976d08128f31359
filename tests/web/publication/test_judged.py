"""The dashboard, the documents and the public page judge by one table, in their own words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from portulan.budget.indicator.trajectory import TrajectoryYear
from portulan.budget.words import Stage
from portulan.publication.public.edition import ShareLine
from portulan.web.publication.board.views import lede_of
from portulan.web.publication.public.page import judged_of

CASES = [
    (Stage.REALISED, "3.6", "3.5", "est tenue", "tenu"),
    (Stage.REALISED, "3.6", "3.4", "n’est pas encore démontrée", "pas encore démontré"),
    (Stage.REALISED, "3.4", "3.3", "n’est pas tenue", "non tenu"),
    (Stage.OPENED, "9", "9", "pas encore démontré", "prévu, pas encore démontré"),
    (Stage.VOTED, "3.4", "2", "moins que l’ambition", "sous l’ambition à ce stade"),
]


@pytest.mark.parametrize(("stage", "value", "lower", "dashboard", "public"), CASES)
def test_one_table_judges_everywhere(
    stage: Stage, value: str, lower: str, dashboard: str, public: str
) -> None:
    number, low, ambition = Decimal(value), Decimal(lower), Decimal("3.5")
    amounts = (Decimal(36), Decimal(1000))
    year = TrajectoryYear(2026, stage, *amounts, number, low, number, ambition, 1)
    share = ShareLine(
        year=2026,
        stage=stage,
        numerator="36",
        denominator="1000",
        value=value,
        lower=lower,
        upper=value,
        ambition="3.5",
        basis="TTC",
        perimeter=1,
        published_on=date(2026, 11, 24),
        figure="a",
    )
    with translation.override("fr"):
        lede = lede_of(
            name="la Ville", current=year, following=None, latest=None, may_give_accounts=False
        )
        judged = judged_of(share)
    assert dashboard in lede.sentence
    assert judged is not None
    assert judged.fr == public
    assert ("est tenue" in lede.sentence) == (judged.fr == "tenu")
