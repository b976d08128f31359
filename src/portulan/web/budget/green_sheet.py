"""The green budget of a year as a table: investment on each axis, by rating."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from portulan.budget.enums import Rating
from portulan.budget.labels import AXES, RATINGS, STAGES
from portulan.budget.models import FiscalYear, GreenRating
from portulan.budget.selectors.green import GreenYear
from portulan.web.budget.before_lines_sheets import euros
from portulan.web.budget.rows import line_name
from portulan.web.budget.sheets import NUMBER, Row, Sheet


def green_sheet(fiscal_year: FiscalYear, found: GreenYear, ratings: Sequence[GreenRating]) -> Sheet:
    """Return what real investment adds up to on each axis, by rating."""
    rows = [
        Row(
            str(AXES[axis]),
            [euros(amounts.get(rating, Decimal(0))) for rating in (*Rating, None)],
        )
        for axis, amounts in found.axes.items()
    ]
    return Sheet(
        tab="green",
        title=_("Budget vert %(year)s") % {"year": fiscal_year.year},
        caption=_("Investissement %(stage)s, par axe, en euros %(basis)s")
        % {"stage": STAGES[found.stage], "basis": fiscal_year.tax_basis},
        intro=_(
            "La cotation des dépenses réelles d’investissement sur les six axes de l’annexe"
            " environnementale. Elle ne dit rien de la part NR, et la part NR ne dit rien d’elle :"
            " un serveur dédié au numérique responsable peut être défavorable."
        ),
        empty="",
        first=_("Axe"),
        heads=[*((str(RATINGS[rating]), NUMBER) for rating in Rating), (_("Non coté"), NUMBER)],
        rows=rows,
        note=_rated(found, ratings),
    )


def _rated(found: GreenYear, ratings: Sequence[GreenRating]) -> str:
    whole = _("Chaque axe fait le tout : %(total)s €.") % {"total": euros(found.total)}
    said = [
        _("%(what)s, axe %(axis)s : %(rating)s (%(reason)s).")
        % {
            "what": _("Compte %(nature)s") % {"nature": item.nature}
            if item.line is None
            else line_name(item.line),
            "axis": item.axis,
            "rating": str(item.get_rating_display()).lower(),
            "reason": item.reason.rstrip("."),
        }
        for item in ratings[:12]
    ]
    return " ".join([whole, *said])
