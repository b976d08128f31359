"""Alerts in words, for the page of a year and for the dashboard."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.budget.alerts.rules import Alert, AlertKind
from portulan.core.say import numbers
from portulan.web.language import page_language

# The page of the figure says these already, beside its terms.
SAID_AS_CAUTIONS = frozenset(
    {
        AlertKind.OVER_ATTRIBUTED,
        AlertKind.LOW_COVERAGE,
        AlertKind.SURPRISING,
        AlertKind.NEGATIVE,
    }
)


def sentence(alert: Alert) -> str:
    """Return what an alert says."""
    language = page_language()
    values = {
        "before": numbers.percent(alert.before, language),
        "now": numbers.percent(alert.now, language),
        "limit": numbers.percent(alert.limit, language),
        "count": numbers.number(alert.count, language),
        "file": alert.file,
    }
    match alert.kind:
        case AlertKind.BELOW_AMBITION:
            text = _(
                "La part est passée sous l’ambition de %(limit)s : %(before)s publiée, %(now)s"
                " aujourd’hui."
            )
        case AlertKind.ABOVE_AMBITION:
            text = _(
                "La part a atteint l’ambition de %(limit)s : %(before)s publiée, %(now)s"
                " aujourd’hui."
            )
        case AlertKind.SURPRISING:
            text = _("La part a dépassé %(limit)s depuis sa publication : vérifiez les fléchages.")
        case AlertKind.OVER_ATTRIBUTED:
            text = ngettext(
                "%(count)s ligne est fléchée au-delà de sa part informatique.",
                "%(count)s lignes sont fléchées au-delà de leur part informatique.",
                alert.count,
            )
        case AlertKind.SHRUNK:
            text = ngettext(
                "%(count)s ligne fléchée d’après une commande vaut moins depuis (avoir ou"
                " décision) : revoyez sa part.",
                "%(count)s lignes fléchées d’après une commande valent moins depuis (avoir ou"
                " décision) : revoyez leurs parts.",
                alert.count,
            )
        case AlertKind.UNSETTLED:
            text = ngettext(
                "%(count)s ligne ne contient plus les euros qui en ont été fléchés : dites ce qui"
                " tient.",
                "%(count)s lignes ne contiennent plus les euros qui en ont été fléchés : dites ce"
                " qui tient.",
                alert.count,
            )
        case AlertKind.LOW_COVERAGE:
            text = (
                _("%(now)s des montants candidats sont qualifiés : la part est provisoire.")
                if alert.now
                else _("Rien du budget de la DSI n’est qualifié : la part n’est pas encore connue.")
            )
        case AlertKind.NEGATIVE:
            text = _("Les annulations dépassent les dépenses NR, ou celles de la DSI : vérifiez.")
        case AlertKind.UNLIKELY_UNIT:
            text = _(
                "Les montants de « %(file)s » ne ressemblent pas à des euros : vérifiez l’unité."
            )
    return text % values
