"""Pages that are one form, or one confirmation: most of the writing screens.

Between a form and a service: what the service refuses is said beside the field it is about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from portulan.core.say.text import UnusableInputError
from portulan.web.language import page_language
from portulan.web.requests import OrganisationRequest

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


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form receives: what was sent, even nothing at all, or None when only shown."""
    return request.POST if request.method == "POST" else None


def saved[T](form: Form, deed: Callable[[], T]) -> T | None:
    """Return what the service returns, or None with its refusal added to the form.

    Services called here return something; a form that is not valid is not given to them.
    """
    if not form.is_valid():
        return None
    try:
        return deed()
    except ValidationError as error:
        blame(form, error)
    except UnusableInputError as error:
        form.add_error(None, sentence(error))
    return None


def blame(form: Form, error: ValidationError) -> None:
    """Add a service's refusal to the form, field by field where the form has them."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def sentence(error: UnusableInputError) -> str:
    """Return why an input is unusable, and where, in the language of the page."""
    return error.problem.message(page_language())


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence to be read, and the way to what it is about."""

    text: str
    link: Link | None = None
