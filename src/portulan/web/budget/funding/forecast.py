"""Where a year lands, action by action: accounts, what pilots say, an interval; on a chosen day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.budget.funding.forecast import Landing, YearLanding
from portulan.budget.funding.sentences import RULE, landing_sentences
from portulan.core.say import numbers
from portulan.steering.forecast import landing_in
from portulan.web.budget.funding.forms import AllotmentForm
from portulan.web.budget.register import (
    NUMBER,
    Column,
    Register,
    action_name,
    euros,
    require_a_year,
    url_of_its_action,
    words,
)
from portulan.web.fields import DayField
from portulan.web.language import page_language
from portulan.web.pages import Said, screen
from portulan.web.requests import OrganisationRequest


class OnDayForm(forms.Form):
    """The day that a landing is asked on."""

    on = DayField(label=_("Comme su le"), required=False)


@screen
def landing(request: OrganisationRequest, year: int) -> Register[AllotmentForm]:
    require_a_year(year)
    asked = OnDayForm(request.GET or None)
    on: date | None = asked.cleaned_data["on"] if asked.is_bound and asked.is_valid() else None
    found = landing_in(actor=request.actor, year=year, today=request.today, on=on)
    total, language = found.total, page_language()

    def context() -> dict[str, Any]:
        form = asked if asked.is_bound else OnDayForm(initial={"on": found.on})
        return {
            "extra": "budget/partials/landing.html",
            "landing": found,
            "asked": form,
            "rule": RULE.say(language),
        }

    return Register(
        tab="landing",
        title=_("Atterrissage %(year)s") % {"year": year},
        caption=_("Par action, en euros %(basis)s") % {"basis": found.basis},
        intro=" ".join(landing_sentences(found, language)),
        empty=_("Aucune action n’a d’argent cette année : ni dotation, ni ligne, ni dépense dite."),
        first=words(
            _("Action"),
            lambda row: action_name(row.action) if row.action else _("NR en général"),
        ),
        columns=[
            _euros(_("Doté"), lambda row: row.allotted, total.allotted),
            _euros(_("Engagé"), lambda row: row.committed, total.committed),
            _euros(_("Mandaté"), lambda row: row.realised, total.realised),
            Column(_("Dit par le pilote"), _said, NUMBER, lambda _rows: str(_said(total))),
            _euros(_("Au moins"), lambda row: row.least, total.least),
            _euros(_("Au plus"), lambda row: row.most, total.most),
            _euros(_("Reste de dotation"), lambda row: row.left, found.left),
            Column(_("Consommé"), _share, NUMBER, lambda _rows: _percent(found)),
        ],
        total=_("Total"),
        table=found.rows,
        link=partial(url_of_its_action, request),
        year=year,
        by_year=True,
        context=context,
    )


def _euros(name: Said, get: Callable[[Landing], Decimal | None], total: Decimal | None) -> Column:
    return Column(name, lambda row: euros(get(row)), NUMBER, lambda _rows: euros(total), get)


def _said(row: Landing) -> Said:
    if row.said is None:
        return numbers.UNKNOWN
    if row.action is None:
        return euros(row.said.amount)
    day = numbers.date(row.said.on, page_language())
    return _("%(amount)s (%(day)s)") % {"amount": euros(row.said.amount), "day": day}


def _share(row: Landing) -> str:
    return numbers.percent(row.share, page_language(), decimals=0)


def _percent(found: YearLanding) -> str:
    return numbers.percent(found.share, page_language(), decimals=0)
