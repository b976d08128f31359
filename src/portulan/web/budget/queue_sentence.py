"""What waits for a person in a year's lines, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.budget.models import FiscalYear
from portulan.budget.stages import Stage
from portulan.web.budget.figures import Link, Notice
from portulan.web.budget.filters import query
from portulan.web.budget.words import counted
from portulan.web.language import page_language


def waiting(
    organisation: str, fiscal_year: FiscalYear, stage: Stage, queue: Mapping[str, int]
) -> Notice | None:
    """Return the sentence of what waits (`selectors.lines.queue`), None when nothing does.

    The lines to review are not in it: they stand beside the coverage that they lower.
    """
    parts = _parts(queue)
    if not parts:
        return None
    text = ngettext(
        "%(count)s ligne attend : %(list)s.",
        "%(count)s lignes attendent : %(list)s.",
        queue["lines"],
    )
    count = counted(queue["lines"], page_language(), feminine=True)
    url = reverse("budget:queue", args=[organisation, fiscal_year.year]) + query(stage)
    return Notice(
        text % {"count": count[:1].upper() + count[1:], "list": ", ".join(parts)},
        Link(_("Les traiter, de la plus grosse à la plus petite"), url),
    )


def _parts(queue: Mapping[str, int]) -> list[str]:
    words = {name: counted(count, page_language()) for name, count in queue.items()}
    sentences = {
        "undecided": ngettext(
            "une ligne à décider", "%(count)s lignes à décider", queue["undecided"]
        ),
        "declared": ngettext(
            "un fléchage déclaré sans preuve",
            "%(count)s fléchages déclarés sans preuve",
            queue["declared"],
        ),
        "proposed": ngettext("une proposition", "%(count)s propositions", queue["proposed"]),
    }
    return [
        sentence % {"count": words[name]} for name, sentence in sentences.items() if queue[name]
    ]
