"""What Portulan declares of itself: its accessibility (RGAA) and its eco-design (RGESN)."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portulan.core.say import numbers
from portulan.publication.conformity import rgaa, rgesn
from portulan.publication.conformity.audit import State, state_of
from portulan.publication.services import criteria
from portulan.web.language import page_language


def state_words(today: date) -> str:
    """Return what each page must say: the law gives the words.

    Source: decree 2019-768, article 3, IV.
    """
    words = {
        State.FULL: _("Accessibilité\u00a0: totalement conforme"),
        State.PARTIAL: _("Accessibilité\u00a0: partiellement conforme"),
        State.NONE: _("Accessibilité\u00a0: non conforme"),
    }
    return words[state_of(settings.ACCESSIBILITY_AUDIT, today)]


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Declare the state, what was tried, what is not accessible, and whom to ask."""
    today, language = timezone.localdate(), page_language()
    audit, found = settings.ACCESSIBILITY_AUDIT, rgaa.counts()
    context = {
        "state": state_of(audit, today).value,
        "audit": audit if audit is not None and audit.holds(today) else None,
        "rate": numbers.number(audit.rate, language) if audit is not None else "",
        "version": rgaa.VERSION,
        "criteria": rgaa.CRITERIA,
        "known": [(found[known], words.say(language)) for known, words in rgaa.WORDS.items()],
        "total": sum(found.values()),
        "contact": settings.ACCESSIBILITY_CONTACT,
        "shown": settings.ACCESSIBILITY_CONTACT.removeprefix("mailto:"),
    }
    return render(request, "conformity/accessibility.html", context)


@login_not_required
@require_safe
def ecodesign(request: HttpRequest) -> HttpResponse:
    """Say which criteria are met, which are not, and the score that they give."""
    language = page_language()
    answers = [
        (words.say(language), ", ".join(found))
        for answer, words in criteria.ANSWERS.items()
        if (found := rgesn.answered(answer))
    ]
    failed = [
        (number, rgesn.SAID[number].why.say(language))
        for number in rgesn.answered(criteria.Answer.INVALID)
    ]
    context = {
        "version": criteria.VERSION,
        "score": numbers.number(rgesn.score(), language),
        "answers": answers,
        "failed": failed,
    }
    return render(request, "conformity/ecodesign.html", context)
