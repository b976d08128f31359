"""The ratios that the law asks for, year by year, before their thresholds."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.access import Operation
from portulan.accounts.words import LegalForm
from portulan.budget.labels import RATIOS
from portulan.budget.legal import figures
from portulan.budget.legal.figures import LegalRow
from portulan.budget.legal.rules import LAWS, Law, Standing
from portulan.budget.words import LegalRatio
from portulan.catalogue.obligations import Bound
from portulan.core.say import numbers
from portulan.web.budget.register import (
    NUMBER,
    WORDS,
    ZERO,
    Register,
    Row,
    Sheet,
)
from portulan.web.fields import AmountField, CalendarYearField
from portulan.web.language import page_language
from portulan.web.pages import screen
from portulan.web.requests import OrganisationRequest


def legal_sheet(found: Sequence[LegalRow], bound: Bound) -> Sheet:
    """Return the legal ratios by year, each before the threshold of its year."""
    return Sheet(
        tab="legal",
        title=_("Seuils légaux"),
        caption=_("Par loi et par année civile"),
        intro=_(
            "Deux lois demandent une part, avec leur propre numérateur et leur propre dénominateur,"
            " qui ne sont pas ceux du budget de la DSI. Les seuils sont datés."
        ),
        empty=_("Aucun ratio. Donnez les deux termes d’une année, avec leur source."),
        first=_("Loi"),
        heads=[
            (_("Année"), NUMBER),
            (_("Part"), NUMBER),
            (_("Seuil"), NUMBER),
            (_("Réemployé"), NUMBER),
            (_("Tout"), NUMBER),
            (_("État"), WORDS),
            (_("Source"), WORDS),
        ],
        rows=[_legal_row(row) for row in found],
        note=" ".join([_bound(bound), *(_law(law) for law in LAWS)]),
    )


def _legal_row(row: LegalRow) -> Row:
    language, standing = page_language(), row.standing
    return Row(
        str(getattr(standing.law.title, language)),
        [
            str(standing.year),
            numbers.percent(standing.value, language),
            numbers.percent(standing.threshold, language, decimals=0),
            numbers.number(standing.numerator, language),
            numbers.number(standing.denominator, language),
            _standing(standing),
            row.figure.source,
        ],
    )


def _standing(standing: Standing) -> str:
    if standing.value is None:
        return _("non calculable")
    if standing.missing is None:
        return _("seuil tenu")
    unit = getattr(standing.law.unit, page_language())
    amount = numbers.number(standing.missing, page_language(), decimals=0)
    if unit.startswith("€"):
        amount = numbers.money(standing.missing, page_language(), decimals=0)
        unit = unit.removeprefix("€ ")
    return _("sous le seuil légal, il manque %(amount)s %(unit)s") % {
        "amount": amount,
        "unit": unit,
    }


def _bound(bound: Bound) -> str:
    if bound is Bound.STATUTE:
        return _("Selon le statut de votre établissement, ces lois l’obligent ou non : vérifiez.")
    if bound is Bound.YES:
        return _("Ces lois obligent votre organisation.")
    return _("Ces lois n’obligent pas une organisation de votre forme : à titre indicatif.")


def _law(law: Law) -> str:
    """Return what a law divides by what, its thresholds and its source."""
    language = page_language()
    steps = ", ".join(
        _("%(percent)s dès %(year)s")
        % {"percent": numbers.percent(one.percent, language, decimals=0), "year": one.since}
        for one in law.obligation.thresholds
    )
    return _("%(title)s : %(numerator)s, sur %(denominator)s ; %(steps)s (%(source)s).") % {
        "title": getattr(law.title, language),
        "numerator": getattr(law.numerator, language),
        "denominator": getattr(law.denominator, language),
        "steps": steps,
        "source": law.obligation.source,
    }


class LegalFigureForm(forms.Form):
    """The two terms of a legal ratio in a civil year."""

    ratio = forms.TypedChoiceField(label=gettext_lazy("Ratio"), choices=RATIOS, coerce=LegalRatio)
    year = CalendarYearField(label=gettext_lazy("Année civile"), low=2020)
    numerator = AmountField(label=gettext_lazy("Part réemployée"), low=ZERO)
    denominator = AmountField(
        label=gettext_lazy("Tout"),
        low=ZERO,
        help_text=gettext_lazy("En euros hors taxes pour AGEC, en nombre d’équipements pour REEN."),
    )
    source = forms.CharField(label=gettext_lazy("Source"), max_length=500)


@screen
def legal(request: OrganisationRequest) -> Register[LegalFigureForm]:
    """The ratios that the law asks, before the thresholds of their years."""
    found = figures.legal_rows(actor=request.actor)
    # All bind the same bodies, whatever their population: a test holds it.
    bound = LAWS[0].obligation.binds(LegalForm(request.organisation.legal_form), None)
    return Register(
        sheet=lambda: legal_sheet(found, bound),
        rows=[row.figure for row in found],
        key=("ratio", "year"),
        form=LegalFigureForm,
        initial={"year": request.today.year},
        write=lambda form: figures.set_legal_figure(request.actor, **form.cleaned_data),
        may_set=request.actor.may(Operation.EDIT_BUDGET),
        year=request.today.year,
    )
