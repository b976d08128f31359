"""A page whose form a closed year would refuse leads to opening the year again instead."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.words import YearStatus
from portulan.web.requests import OrganisationRequest

type _View[**P] = Callable[Concatenate[OrganisationRequest, int, P], HttpResponse]


def of_open_year(view: Callable[..., Any]) -> _View[...]:
    """Show a page only while its year is open; what is posted, the services refuse."""

    @wraps(view)
    def shown(request: OrganisationRequest, year: int, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "GET":
            found = get_year(actor=request.actor, year=year, need=Operation.READ_BUDGET)
            if found.status == YearStatus.CLOSED:
                text = _("L’exercice %(year)s est clos : rouvrez-le avant de le modifier.")
                messages.info(request, text % {"year": year})
                may = request.actor.holds(Operation.EDIT_BUDGET)
                name = "budget:reopen-year" if may else "budget:year"
                return redirect(name, request.organisation.slug, year)
        answer: HttpResponse = view(request, year, *args, **kwargs)
        return answer

    return shown
