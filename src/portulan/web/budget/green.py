"""The green budget of a year: investment on each axis, by rating, and how its lines are rated."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.green.ratings import green_year, rate, ratings_of
from portulan.budget.green.rules import WHOLE
from portulan.budget.labels import AXES, RATINGS, STAGES
from portulan.budget.lines.reads import get_line
from portulan.budget.models import BudgetLine, GreenRating
from portulan.budget.words import Axis, Rating, Stage, YearStatus
from portulan.core.say import numbers
from portulan.web.budget.lines.rows import line_name
from portulan.web.budget.register import ZERO, Column, Register, amount, euros, words
from portulan.web.fields import PercentField
from portulan.web.inputs import identifiers
from portulan.web.language import page_language
from portulan.web.pages import Said, screen
from portulan.web.requests import OrganisationRequest, years_of

# The annexe is about what was executed; before that, about what is opened.
_GREEN_STAGES = (Stage.REALISED, Stage.OPENED, Stage.VOTED)


class GreenRatingForm(forms.Form):
    """How a line, or those of an account, stand on an axis; “not rated” takes it back."""

    nature = forms.CharField(label=_("Compte commençant par"), max_length=12)
    axis = forms.TypedChoiceField(
        label=_("Axe"), choices=AXES, coerce=lambda value: Axis(int(value))
    )
    rating = forms.TypedChoiceField(
        label=_("Cotation"),
        choices=[*RATINGS.items(), ("", _("Non coté"))],
        coerce=Rating,
        empty_value=None,
        required=False,
        initial=Rating.NEUTRAL.value,
    )
    share = PercentField(
        label=_("Part de la ligne (%)"),
        required=False,
        initial=Decimal(100),
        help_text=_("Moins de 100 : le reste suit son compte. 0 retire cette part."),
    )
    reason = forms.CharField(
        label=_("Motif"),
        max_length=250,
        required=False,
        help_text=_("Toujours donné, sauf pour retirer une cotation."),
    )

    def __init__(self, *args: Any, line: BudgetLine | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = line
        del self.fields["share" if line is None else "nature"]
        for name in {"rating", "reason", "share"} & set(self.fields):
            self.fields[name].conditional = True  # type: ignore[attr-defined]  # the help says when


@screen
def green(request: OrganisationRequest, year: int) -> Register[GreenRatingForm]:
    """The green budget of a year: realised investment by axis, opened before it is."""
    actor, need = request.actor, Operation.EDIT_BUDGET
    fiscal_year = get_year(actor=actor, year=year, need=Operation.READ_BUDGET)
    given = years_of(request).stages_of(fiscal_year).given
    stage = next((one for one in _GREEN_STAGES if one in given), Stage.REALISED)
    pk = next(iter(identifiers([request.GET.get("line", "")])), None)
    line = None if pk is None else get_line(actor=actor, year=year, pk=pk, need=need)
    found = green_year(fiscal_year, stage)

    def write(form: GreenRatingForm) -> object:
        held = get_year(actor=actor, year=year, need=need)
        return rate(actor, fiscal_year=held, line=line, **form.cleaned_data)

    return Register(
        tab="green",
        title=_("Budget vert %(year)s") % {"year": year},
        caption=_("Investissement %(stage)s, par axe, en euros %(basis)s")
        % {"stage": STAGES[stage], "basis": fiscal_year.tax_basis},
        intro=_(
            "La cotation des dépenses réelles d’investissement sur les six axes de l’annexe"
            " environnementale. Elle ne dit rien de la part NR, et la part NR ne dit rien d’elle :"
            " un serveur dédié au numérique responsable peut être défavorable."
        ),
        first=words(_("Axe"), lambda row: AXES[row[0]]),
        columns=[
            *(_rated(RATINGS[rating], rating) for rating in Rating),
            _rated(_("Non coté"), None),
        ],
        note=_note(sum(found[Axis.MITIGATION].values(), ZERO), list(ratings_of(fiscal_year))),
        table=list(found.items()),
        rows=[item for item in ratings_of(fiscal_year) if item.line == line],
        key=("axis", "rating") if line else ("nature", "axis"),
        form=partial(GreenRatingForm, line=line),
        write=write,
        done=_("Cotation enregistrée."),
        closed=fiscal_year.status == YearStatus.CLOSED,
        year=year,
        context={"about": "" if line is None else line_name(line)},
    )


def _rated(name: Said, rating: Rating | None) -> Column:
    return amount(name, lambda row: row[1].get(rating, ZERO))


def _note(total: Decimal, ratings: Sequence[GreenRating]) -> str:
    whole = _("Chaque axe fait le tout : %(total)s €.") % {"total": euros(total)}
    said = [
        _("%(what)s, axe %(axis)s : %(rating)s (%(reason)s).")
        % {
            "what": _("Compte %(nature)s") % {"nature": item.nature}
            if item.line is None
            else line_name(item.line),
            "axis": item.axis,
            "rating": _rating_words(item),
            "reason": item.reason.rstrip("."),
        }
        for item in ratings[:12]
    ]
    return " ".join([whole, *said])


def _rating_words(item: GreenRating) -> str:
    rating = str(item.get_rating_display()).lower()
    if item.share == WHOLE:
        return rating
    share = numbers.share(item.share / WHOLE, page_language())
    return _("%(rating)s pour %(share)s") % {"rating": rating, "share": share}
