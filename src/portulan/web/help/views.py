"""The help: all its pages, and one of them, in the language of the page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from portulan.core.errors import NotFoundError
from portulan.web.help.pages import pages
from portulan.web.language import page_language
from portulan.web.requests import OrganisationRequest


@require_GET
def browse(request: OrganisationRequest) -> HttpResponse:
    """List the pages: whoever belongs here may read them."""
    return render(request, "help/list.html", {"pages": pages(page_language()).values()})


@require_GET
def page(request: OrganisationRequest, name: str) -> HttpResponse:
    """Show a page; 404 for a name that none has."""
    found = pages(page_language()).get(name)
    if found is None:
        raise NotFoundError(name)
    # Compiled by us from our documentation: no text of anybody else is in it.
    body = mark_safe(found.body)  # noqa: S308
    return render(request, "help/page.html", {"help": found, "body": body})
