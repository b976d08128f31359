"""The green budget of a year as a table: investment on each axis, by rating."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.green.ratings import GreenYear, green_year, rate, ratings_of
from portulan.budget.indicator.reads import stages_of
from portulan.budget.labels import AXES, RATINGS, STAGES
from portulan.budget.lines.reads import get_line
from portulan.budget.models import BudgetLine, FiscalYear, GreenRating
from portulan.budget.words import Axis, Rating, Stage, YearStatus
from portulan.web.budget.lines.rows import line_name
from portulan.web.budget.register import (
    NUMBER,
    Register,
    Row,
    Sheet,
    euros,
)
from portulan.web.pages import screen
from portulan.web.received import identifiers
from portulan.web.requests import OrganisationRequest


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


class GreenRatingForm(forms.Form):
    """How a line, or those of an account, stand on an axis; “not rated” takes it back."""

    nature = forms.CharField(label=gettext_lazy("Compte commençant par"), max_length=12)
    axis = forms.TypedChoiceField(
        label=gettext_lazy("Axe"), choices=AXES, coerce=lambda value: Axis(int(value))
    )
    rating = forms.TypedChoiceField(
        label=gettext_lazy("Cotation"),
        choices=[*RATINGS.items(), ("", gettext_lazy("Non coté"))],
        coerce=Rating,
        empty_value=None,
        required=False,
        initial=Rating.NEUTRAL.value,
    )
    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=250,
        required=False,
        help_text=gettext_lazy("Toujours donné, sauf pour retirer une cotation."),
    )

    def __init__(self, *args: Any, line: BudgetLine | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = line
        if line is not None:
            del self.fields["nature"]
        for name in ("rating", "reason"):
            self.fields[name].conditional = True  # type: ignore[attr-defined]  # the help says when


@screen
def green(request: OrganisationRequest, year: int) -> Register[GreenRatingForm]:
    """The green budget of a year: realised investment by axis, opened before it is."""
    actor, need = request.actor, Operation.EDIT_BUDGET
    fiscal_year = get_year(actor=actor, year=year, need=Operation.READ_BUDGET)
    given = stages_of(fiscal_year).given
    stage = next((one for one in _GREEN_STAGES if one in given), Stage.REALISED)
    pk = next(iter(identifiers([request.GET.get("line", "")])), None)
    line = None if pk is None else get_line(actor=actor, year=year, pk=pk, need=need)
    ratings = list(ratings_of(fiscal_year))

    def write(form: GreenRatingForm) -> object:
        held = get_year(actor=actor, year=year, need=need)
        return rate(actor, fiscal_year=held, line=line, **form.cleaned_data)

    return Register(
        sheet=lambda: green_sheet(fiscal_year, green_year(fiscal_year, stage), ratings),
        form=partial(GreenRatingForm, line=line),
        write=write,
        done=_("Cotation enregistrée."),
        may_set=actor.may(need) and fiscal_year.status != YearStatus.CLOSED,
        year=year,
        context=lambda: {"about": "" if line is None else line_name(line)},
    )


# The annexe is about what was executed; before that, about what is opened.
_GREEN_STAGES = (Stage.REALISED, Stage.OPENED, Stage.VOTED)
