"""The ratios that the law asks for, year by year, before their thresholds."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from portulan.budget.legal import LAWS, Law, Standing
from portulan.budget.selectors.beside import LegalRow
from portulan.catalogue.obligations import Bound
from portulan.web import formats
from portulan.web.budget.sheets import NUMBER, WORDS, Row, Sheet
from portulan.web.language import page_language


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
            formats.percent(standing.value, language),
            formats.percent(standing.threshold, language, decimals=0),
            formats.number(standing.numerator, language),
            formats.number(standing.denominator, language),
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
    amount = formats.number(standing.missing, page_language(), decimals=0)
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
        % {"percent": formats.percent(one.percent, language, decimals=0), "year": one.since}
        for one in law.obligation.thresholds
    )
    return _("%(title)s : %(numerator)s, sur %(denominator)s ; %(steps)s (%(source)s).") % {
        "title": getattr(law.title, language),
        "numerator": getattr(law.numerator, language),
        "denominator": getattr(law.denominator, language),
        "steps": steps,
        "source": law.obligation.source,
    }
