"""How much of a year is left to qualify, and what the page being read would change."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from portulan.budget.indicator import Figure
from portulan.budget.models import BudgetLine
from portulan.web import formats
from portulan.web.budget.units import unit_for
from portulan.web.language import page_language

ZERO = Decimal(0)


def progress(figure: Figure, lines: Iterable[BudgetLine], kind: str) -> str:
    """Return what is left and the coverage, now and once the lines of a page are done.

    `lines` have their `amount`. A line decided in still has to be reviewed before it counts: until
    then the coverage is the most that the page can bring.
    """
    if not figure.candidates.amount:
        return ""
    language, unit = page_language(), unit_for(figure.candidates.amount)
    left = figure.undecided.amount
    if kind == "to_review":
        left = figure.candidates.amount - figure.qualified.amount - left
    told = {
        "left": unit.full(left),
        "candidates": unit.full(figure.candidates.amount),
        "coverage": formats.percent(figure.coverage, language),
    }
    now = _("Il reste %(left)s sur %(candidates)s candidats ; couverture : %(coverage)s.")
    if kind not in {"undecided", "to_review"} or not left:
        return now % told
    here = sum((abs(line.amount) for line in lines), ZERO)  # type: ignore[attr-defined]
    done = 100 * (figure.qualified.amount + here) / figure.candidates.amount
    then = (
        _("Décidées et examinées, les lignes de cette page la porteraient à %(done)s au plus.")
        if kind == "undecided"
        else _("Examinées, les lignes de cette page la porteraient à %(done)s.")
    )
    return f"{now % told} {then % {'done': formats.percent(done, language)}}"
