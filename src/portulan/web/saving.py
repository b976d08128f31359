"""Between a form and a service: what the service refuses is said beside the field it is about."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, QueryDict

from portulan.core.problems import UnusableInputError
from portulan.web.language import page_language


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
