"""The language that a page is written in, and choosing another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, trans_real
from django.views.decorators.http import require_POST

from portulan.accounts.models import User
from portulan.accounts.sessions import BOUND_TO
from portulan.core.say.country import EURO, FRANCE, country, currency, local
from portulan.core.say.language import spoken_language
from portulan.core.say.text import Language, Text
from portulan.web.form_tokens import repeatable
from portulan.web.help.pages import everyday
from portulan.web.inputs import way_back


def page_language() -> Language:
    """Return the language the page is written in: French unless English is active."""
    return spoken_language()


def told(language: str) -> SafeString:
    """Return the attribute that says in which language words are, none in that of the page."""
    return SafeString() if language == page_language() else format_html(' lang="{}"', language)


class _AsHere:
    """A catalogue of translations of which the sentences are said as they are said here.

    A regional variant of the language, as fr-CH is one of French, without a file for each country
    and currency: the sentences of ours that speak of euros or of a SIREN are told otherwise; in a
    small town, they have everyday words. What people typed never goes through it.
    """

    def __init__(self, catalogue: Any, say: Callable[[str], str]) -> None:
        self._catalogue, self.say = catalogue, say

    def __getattr__(self, name: str) -> Any:
        return getattr(self._catalogue, name)

    def gettext(self, message: str) -> str:
        return self.say(self._catalogue.gettext(message))

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.say(self._catalogue.ngettext(one, many, count))


def speak_as_here(*, plainly: bool = False) -> None:
    """Say the sentences of the page as the country at work does, until another language is on.

    `plainly` has everyday words for those of the trade: those of a small town.
    """
    language = page_language()
    said: list[Callable[[str, Language], str]] = [everyday] if plainly else []
    if currency() is not EURO or country() is not FRANCE:
        said.append(local)
    if not said:
        return

    def say(sentence: str) -> str:
        for one in said:
            sentence = one(sentence, language)
        return sentence

    catalogue = trans_real.translation(get_language() or settings.LANGUAGE_CODE)
    # Where Django keeps what is spoken in this thread; `speaking` puts it back.
    trans_real._active.value = _AsHere(catalogue, say)  # type: ignore[attr-defined]


def said_here(words: Text) -> str:
    """Return what a pure module says, in the language of the page, as it is said here."""
    sentence = words.say(page_language())
    active = getattr(trans_real._active, "value", None)  # type: ignore[attr-defined]
    return active.say(sentence) if isinstance(active, _AsHere) else sentence


@login_not_required
@require_POST
@repeatable
def switch(request: HttpRequest, code: str) -> HttpResponse:
    """Speak another language from now on, and come back."""
    if code not in dict(settings.LANGUAGES):
        raise Http404(code)
    request.session["language"] = code
    # What an organisation opened changes nothing of the account elsewhere.
    if isinstance(request.user, User) and request.session.get(BOUND_TO) is None:
        request.user.language = code
        request.user.save(update_fields=["language"])
    return redirect(way_back(request, "home"))
