"""“Et par rapport à l’an dernier ?”: two years at the same stage, or why they do not compare."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from portulan.budget.indicator.prices import at_constant_prices
from portulan.budget.indicator.reads import (
    Compared,
    YearFigure,
    YearStages,
    default_stage,
    figure_of,
    stages_in_force,
    variation_of,
)
from portulan.budget.indicator.share import counts_alike
from portulan.budget.labels import STAGES
from portulan.budget.models import FiscalYear
from portulan.core.say import numbers
from portulan.web.budget.units import Unit
from portulan.web.budget.words import TITLES
from portulan.web.language import page_language


def comparison(after: YearFigure, unit: Unit) -> str:
    """Return why the share moved since the year before at the same stage.

    When the two years cannot be compared, says why, then compares the year before with its own
    predecessor if those two can be.
    """
    compared = variation_of(after)
    if compared is not None:
        return _sentence(after, compared, unit)
    earlier = FiscalYear.objects.filter(
        organisation_id=after.fiscal_year.organisation_id, year=after.fiscal_year.year - 1
    ).first()
    if earlier is None:
        text = _("L’exercice %(year)s n’est pas ouvert : rien à comparer.")
        return text % {"year": after.fiscal_year.year - 1}
    stages = stages_in_force(earlier.organisation_id).get(earlier.pk, YearStages())
    reason = _why_not(earlier, after, stages)
    stage = default_stage(earlier, stages)
    if stage is None or stage is after.stage:
        return reason
    last_known = figure_of(earlier, stage)
    compared = variation_of(last_known)
    return reason if compared is None else f"{reason} {_sentence(last_known, compared, unit)}"


def _why_not(earlier: FiscalYear, after: YearFigure, stages: YearStages) -> str:
    years = {"before": earlier.year, "after": after.fiscal_year.year}
    if not stages.given:
        return _("L’exercice %(before)s n’a pas de comptes : rien à comparer.") % years
    if after.stage not in stages.given:
        words = {
            "stage": STAGES[default_stage(earlier, stages) or stages.given[0]],
            "now": STAGES[after.stage],
        }
        return _(
            "%(before)s est %(stage)s, %(after)s est %(now)s : les deux ne se comparent pas."
        ) % (years | words)
    if earlier.tax_basis != after.fiscal_year.tax_basis:
        bases = {"basis": earlier.tax_basis, "now": after.fiscal_year.tax_basis}
        text = _(
            "%(before)s est en %(basis)s, %(after)s en %(now)s : les deux ne se comparent pas."
        )
        return text % (years | bases)
    if counts_alike(earlier.costing, after.fiscal_year.costing) is False:
        policies = {
            "policy": earlier.get_costing_display(),
            "now": after.fiscal_year.get_costing_display(),
        }
        text = _(
            "D’un achat responsable, %(before)s compte le %(policy)s, %(after)s le %(now)s : les"
            " deux ne se comparent pas. Pour les comparer, rouvrez %(before)s et revoyez-y ses"
            " fléchages selon la méthode de %(after)s."
        )
        return text % (years | policies)
    return _("La part de %(before)s ou de %(after)s n’est pas calculable à ce stade.") % years


def _sentence(after: YearFigure, compared: Compared, unit: Unit) -> str:
    language = page_language()
    before, now = compared.before.figure, after.figure
    values = {
        "stage": TITLES[after.stage],
        "edition": after.perimeter.edition if after.perimeter else "",
        "before": numbers.percent(before.value, language),
        "first": compared.before.fiscal_year.year,
        "now": numbers.percent(now.value, language),
        "last": after.fiscal_year.year,
        "numerator": points(compared.variation.numerator_effect),
        "n0": unit.bare(before.numerator),
        "n1": unit.full(now.numerator),
        "denominator": points(compared.variation.denominator_effect),
        "d0": unit.bare(before.denominator.amount),
        "d1": unit.full(now.denominator.amount),
    }
    # Whole sentences: another language orders them otherwise.
    if now.denominator.amount >= before.denominator.amount:
        sentence = _(
            "Au même stade (%(stage)s) et au même périmètre (édition %(edition)s), la part est"
            " passée de %(before)s en %(first)s à %(now)s en %(last)s : %(numerator)s par les"
            " dépenses NR (%(n0)s → %(n1)s), %(denominator)s parce que le budget de la DSI a"
            " grandi (%(d0)s → %(d1)s)."
        )
    else:
        sentence = _(
            "Au même stade (%(stage)s) et au même périmètre (édition %(edition)s), la part est"
            " passée de %(before)s en %(first)s à %(now)s en %(last)s : %(numerator)s par les"
            " dépenses NR (%(n0)s → %(n1)s), %(denominator)s parce que le budget de la DSI a"
            " diminué (%(d0)s → %(d1)s)."
        )
    if compared.as_judged is not None:
        judged = compared.as_judged
        values["own"] = judged.perimeter.edition if judged.perimeter else 1
        values["was"] = numbers.percent(judged.figure.value, language)
        sentence += " " + _(
            "%(first)s est recalculé sur cette édition ; sous la sienne (édition %(own)s), sa part"
            " est de %(was)s."
        )
    return sentence % values + _unsaid(after, compared) + _constant(after, compared)


def _unsaid(after: YearFigure, compared: Compared) -> str:
    """Return that one of the years does not say what it counts of a purchase, where one does."""
    years = (compared.before.fiscal_year, after.fiscal_year)
    if counts_alike(*(year.costing for year in years)) is not None:
        return ""
    silent = next(year for year in years if year.costing is None)
    text = _(
        "L’exercice %(year)s ne dit pas s’il compte le prix entier ou le surcoût : une part de"
        " cette variation peut venir de là."
    )
    return " " + text % {"year": silent.year}


def _constant(after: YearFigure, compared: Compared) -> str:
    """Return the same in constant euros, prices apart; nothing while they are not known."""
    constant = at_constant_prices(after, compared)
    if constant is None:
        return ""
    text = _(
        "En euros constants de %(year)s (prix %(prices)s, %(source)s) : %(numerator)s par les"
        " dépenses NR, %(denominator)s par le budget de la DSI. Les prix portent autant les deux"
        " termes : ils ne changent pas la part."
    )
    return " " + text % {
        "year": compared.before.fiscal_year.year,
        "prices": numbers.percent(constant.prices, page_language(), signed=True),
        "source": constant.source,
        "numerator": points(constant.variation.numerator_effect),
        "denominator": points(constant.variation.denominator_effect),
    }


def points(effect: Decimal) -> str:
    """Return an effect in points of percentage: “+ 1,2 point”, “− 2,4 points”."""
    shown = numbers.number(effect, page_language(), decimals=1, signed=True)
    if abs(numbers.rounded(effect, 1)) < 2:
        return _("%(number)s point") % {"number": shown}
    return _("%(number)s points") % {"number": shown}
