"""“Et par rapport à l’an dernier ?”: two years at the same stage, or why they do not compare."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.budget.indicator.comparing import Compared, compare
from portulan.budget.indicator.facts import YearFacts
from portulan.budget.indicator.prices import at_constant_prices
from portulan.budget.indicator.reads import YearFigure
from portulan.budget.indicator.sentences import Reason, points, reasons, same_day_words
from portulan.budget.words import YearStatus
from portulan.core.say import numbers
from portulan.web.budget.units import Unit
from portulan.web.budget.words import TITLES
from portulan.web.language import page_language
from portulan.web.pages import Link, Notice


def comparison(after: YearFigure, unit: Unit, organisation: str, known: YearFacts) -> list[Notice]:
    """Return why the share moved since the year before at the same stage.

    When the two years do not compare, says all that forbids it, each with the way to mend it, then
    compares the year before with its own predecessor if those two do.
    """
    found = compare(after, known)
    if found.compared is not None:
        return [Notice(_sentence(after, found.compared, unit, known))]
    notices = [Notice(one.text, _link(one, organisation)) for one in reasons(found)]
    if found.earlier is None:
        return notices
    stage = known.shown.get(found.earlier.year)
    if stage is None or stage is after.stage:
        return notices
    last_known = known.figure(found.earlier, stage)
    compared = compare(last_known, known).compared
    return (
        notices
        if compared is None
        else [*notices, Notice(_sentence(last_known, compared, unit, known))]
    )


def _link(reason: Reason, organisation: str) -> Link:
    """Return the way to mend what forbids to compare; a closed year is opened again first."""
    year, way, words = reason.year, reason.way, reason.remedy
    if year is None:
        return Link(words, reverse(f"budget:{way}", args=[organisation]))
    if year.status == YearStatus.CLOSED and way != "year":
        words = _("Rouvrir %(year)s") % {"year": year.year}
        return Link(words, reverse("budget:reopen-year", args=[organisation, year.year]))
    asked = {"stage": reason.stage and reason.stage.column, "from": reason.source}
    said = urlencode({name: value for name, value in asked.items() if value})
    address = reverse(f"budget:{way}", args=[organisation, year.year])
    return Link(words, f"{address}?{said}" if said else address)


def _sentence(after: YearFigure, compared: Compared, unit: Unit, known: YearFacts) -> str:
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
    sentence = sentence % values + same_day_words(compared.until)
    return sentence + _constant(after, compared, known)


def _constant(after: YearFigure, compared: Compared, known: YearFacts) -> str:
    """Return the same in constant euros, prices apart; nothing while they are not known."""
    constant = at_constant_prices(after, compared, known)
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
