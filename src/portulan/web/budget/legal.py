"""The ratios that the law asks for, year by year, before their thresholds."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.accounts.words import LegalForm
from portulan.budget.labels import RATIOS
from portulan.budget.legal import figures
from portulan.budget.legal.rules import LAWS, Law, Standing
from portulan.budget.words import LegalRatio
from portulan.catalogue.obligations import Bound
from portulan.core.say import numbers
from portulan.web.budget.register import NUMBER, ZERO, Column, Register, amount, words
from portulan.web.fields import AmountField, CalendarYearField
from portulan.web.language import page_language
from portulan.web.pages import Said, screen
from portulan.web.requests import OrganisationRequest


class LegalFigureForm(forms.Form):
    """The two terms of a legal ratio in a civil year."""

    ratio = forms.TypedChoiceField(label=_("Ratio"), choices=RATIOS, coerce=LegalRatio)
    year = CalendarYearField(label=_("Année civile"), low=2020)
    numerator = AmountField(label=_("Part réemployée"), low=ZERO)
    denominator = AmountField(
        label=_("Tout"),
        low=ZERO,
        help_text=_("En euros hors taxes pour AGEC, en nombre d’équipements pour REEN."),
    )
    source = forms.CharField(label=_("Source"), max_length=500)


@screen
def legal(request: OrganisationRequest) -> Register[LegalFigureForm]:
    """The ratios that the law asks, before the thresholds of their years."""
    found, language = figures.legal_rows(actor=request.actor), page_language()
    # All bind the same bodies, whatever their population: a test holds it.
    bound = LAWS[0].obligation.binds(LegalForm(request.organisation.legal_form), None)
    return Register(
        tab="legal",
        title=_("Seuils légaux"),
        caption=_("Par loi et par année civile"),
        intro=_(
            "Deux lois demandent une part, avec leur propre numérateur et leur propre dénominateur,"
            " qui ne sont pas ceux du budget de la DSI. Les seuils sont datés."
        ),
        empty=_("Aucun ratio. Donnez les deux termes d’une année, avec leur source."),
        first=words(_("Loi"), lambda row: str(getattr(row.standing.law.title, language))),
        columns=[
            Column(_("Année"), lambda row: str(row.standing.year), NUMBER),
            amount(_("Part"), "standing.value", say=lambda one: numbers.percent(one, language)),
            amount(
                _("Seuil"),
                "standing.threshold",
                say=lambda one: numbers.percent(one, language, decimals=0),
            ),
            amount(_("Réemployé"), "standing.numerator", say=_number),
            amount(_("Tout"), "standing.denominator", say=_number),
            words(_("État"), lambda row: _standing(row.standing)),
            words(_("Source"), "figure.source"),
        ],
        note=" ".join([str(_bound(bound)), *(_law(law) for law in LAWS)]),
        table=found,
        rows=[row.figure for row in found],
        key=("ratio", "year"),
        form=LegalFigureForm,
        initial={"year": request.today.year},
        write=lambda form: figures.set_legal_figure(request.actor, **form.cleaned_data),
        year=request.today.year,
    )


def _number(amount: Decimal | None) -> str:
    return numbers.number(amount, page_language())


def _standing(standing: Standing) -> Said:
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


def _bound(bound: Bound) -> Said:
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
