"""The privacy and the language of the page, and the door of the organisation."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from portulan.accounts.levels import TooWeakError
from portulan.accounts.models import User
from portulan.accounts.reads import today
from portulan.core.errors import NotFoundError
from portulan.core.form_tokens import UnderWayError
from portulan.core.newer_words import newer_word
from portulan.core.os_errors import Shortage
from portulan.core.say.country import settle, settled
from portulan.web.errors import conflict, not_found, of_newer_version, unavailable
from portulan.web.form_tokens import answer
from portulan.web.language import page_language, speak_as_here
from portulan.web.requests import FactorNeededError, entered

logger = logging.getLogger(__name__)

type GetResponse = Callable[[HttpRequest], HttpResponse]
LANGUAGES = dict(settings.LANGUAGES)
# What databases refuse to compare anything with.
LARGEST, NIL = 2**63 - 1, "\0"
_TOLD = (NotFoundError, IntegrityError, FactorNeededError, TooWeakError, UnderWayError)


class PrivacyMiddleware:
    """No cache keeps a page, not even that of the browser once somebody else sits at it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class LanguageMiddleware:
    """The language chosen in this session, else the browser's, else French."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.session.get("language")
        if chosen not in LANGUAGES:
            chosen = translation.get_language_from_request(request)
        with translation.override(chosen):
            request.LANGUAGE_CODE = chosen
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", chosen)
        return response


class OrganisationMiddleware:
    """Resolve the `organisation` of the address: the view gets the request, not the slug."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with settled():
            return self.get_response(request)

    def process_view(
        self,
        request: Any,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        if any(isinstance(value, int) and value > LARGEST for value in kwargs.values()):
            raise Http404(request.path)
        if "organisation" not in kwargs:
            return None
        slug = kwargs.pop("organisation")
        if not isinstance(request.user, User):
            return None  # LoginRequiredMiddleware has the last word
        try:
            request.organisation, request.actor = entered(request, slug)
        except NotFoundError as error:
            raise Http404(slug) from error
        except FactorNeededError as error:
            return refusal(request, error)
        except ValueError as error:  # a role of a newer version lets nobody in
            return refused_or_raised(request, error)
        asked = (value for values in request.GET.lists() for value in values[1])
        if any(NIL in str(value) for value in (*kwargs.values(), *asked)):
            raise Http404(slug)
        request.today = today(request.organisation)
        settle(request.organisation.country, request.organisation.currency)
        # A file comes back or is read elsewhere: it has the words of the trade.
        is_page = "." not in request.path.rpartition("/")[2]
        speak_as_here(plainly=is_page and request.organisation.is_simple)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refusal(request, error)


class SendingMiddleware:
    """What is posted counts once, in one transaction: the last, since it calls the view."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        if request.method != "POST":
            return None
        try:
            return answer(request, view, *args, **kwargs)
        except _TOLD as error:
            return refusal(request, error)
        except ValueError as error:
            return refused_or_raised(request, error)


def refused_or_raised(request: HttpRequest, error: ValueError) -> HttpResponse:
    """Return the page that says that a newer version wrote a word. Raises any other error."""
    answered = refusal(request, error)
    if answered is None:
        raise error
    return answered


def refusal(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """Return the page that says what a door or the database refused."""
    if isinstance(error, NotFoundError):
        return not_found(request)
    if isinstance(error, (FactorNeededError, TooWeakError)):
        query = urlencode({"next": request.get_full_path()})
        return redirect(f"{reverse('factor-confirm')}?{query}")
    if isinstance(error, UnderWayError):
        return unavailable(request, Shortage.TURN)
    if isinstance(error, IntegrityError):
        logger.error("refused by the database: %s", request.path, exc_info=error)
        return conflict(request)
    if newer := newer_word(error):
        logger.error("a word of a newer version: %s", request.path, exc_info=error)
        return of_newer_version(request, newer.message(page_language()))
    return None
