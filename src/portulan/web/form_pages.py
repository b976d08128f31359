"""Pages that are one form, or one confirmation: most of the writing screens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render

from portulan.web.requests import OrganisationRequest
from portulan.web.saving import saved

# The links above a page: address, then words.
type Trail = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class FormPage:
    """What a page with one form says around it."""

    title: str
    trail: Trail
    back: str
    submit: str
    intro: str = ""
    template: str = "form_page.html"


def form_page(
    request: OrganisationRequest,
    form: Form,
    page: FormPage,
    *,
    save: Callable[[], object],
    done: Callable[[], tuple[str, str]],
    **context: Any,
) -> HttpResponse:
    """Show the form; once posted and saved, say so and go where `done` tells.

    `save` calls the service; what it refuses stands beside the fields, with status 422. `done`
    returns the address to go to and the sentence to say.
    """
    if request.method == "POST" and saved(form, lambda: (save(), True)) is not None:
        address, sentence = done()
        messages.success(request, sentence)
        return redirect(address)
    status = 422 if form.errors else 200
    return render(request, page.template, {"form": form, "about": page, **context}, status=status)


def confirm_page(
    request: OrganisationRequest,
    page: FormPage,
    deed: Callable[[], object],
    sentence: str,
    *,
    then: str = "",
) -> HttpResponse:
    """Say what a step destroys, and do it once confirmed; then go to `then`, else back."""
    if request.method == "POST":
        done = attempt(request, deed, sentence)
        return redirect(then if done and then else page.back)
    return render(request, "confirm_page.html", {"about": page})


def attempt(
    request: OrganisationRequest, deed: Callable[[], object], sentence: str, *, undo: str = ""
) -> bool:
    """Do what a lone button asks; say that it is done, or why it is refused."""
    try:
        deed()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    messages.success(request, sentence, extra_tags=f"undo {undo}" if undo else "")
    return True
