"""How rules of attribution, and what became of them, are said on screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portulan.budget.attributions.rule_matches import Match
from portulan.budget.attributions.rule_writes import Proposed
from portulan.budget.attributions.rules import WhyNot
from portulan.budget.labels import STATUSES
from portulan.budget.models import AttributionRule
from portulan.budget.words import AttributionStatus
from portulan.core.say import numbers
from portulan.web.language import page_language
from portulan.web.pages import Said

WHY_NOT = {
    WhyNot.UNDECIDED: _("à décider : personne n’a dit quelle part est informatique"),
    WhyNot.NO_ROOM: _("il reste moins que cette part à flécher"),
    WhyNot.ALREADY: _("déjà fléchée vers cette action"),
    WhyNot.SHARED: _("plusieurs lignes peuvent tenir cette commande"),
    WhyNot.NO_AMOUNT: _("ni la ligne ni les commandes n’ont de montant au même stade"),
    WhyNot.BEYOND: _("les commandes dépassent la ligne"),
}


def criteria_words(rule: AttributionRule, suppliers: bool) -> str:
    """Return what a rule is about; the name of a supplier is for those who may see it."""
    supplier = rule.supplier if suppliers else _("(non montré)")
    given = (
        (_("marché %(said)s"), rule.contract_ref),
        (_("fournisseur %(said)s"), supplier if rule.supplier else ""),
        (_("compte %(said)s"), rule.nature_prefix),
        (_("service %(said)s"), rule.service),
        (_("libellé « %(said)s »"), rule.label),
    )
    words = ", ".join(text % {"said": said} for text, said in given if said)
    return words[:1].upper() + words[1:]


def gives(rule: AttributionRule) -> str:
    """Return what a rule proposes: “30 % à l’action 12”."""
    share = numbers.share(rule.share, page_language())
    if rule.action is None:
        return _("%(share)s au NR en général") % {"share": share}
    values = {"share": share, "number": rule.action.number}
    return _("%(share)s à l’action %(number)s") % values


def match_status(match: Match) -> Said:
    """Return what became of a rule on a line, or why it proposes nothing there."""
    if match.existing is not None:
        return STATUSES[AttributionStatus(match.existing.status)]
    return WHY_NOT[match.why_not] if match.why_not else _("pas encore proposée")


def proposed_words(proposed: Proposed) -> str:
    """Return what a rule just proposed, in a sentence or two."""
    text = ngettext("%(count)s ligne proposée.", "%(count)s lignes proposées.", proposed.new) % {
        "count": proposed.new
    }
    if proposed.not_proposed:
        more = ngettext(
            "%(count)s ligne répond à la règle sans pouvoir être proposée : voyez pourquoi.",
            "%(count)s lignes répondent à la règle sans pouvoir être proposées : voyez pourquoi.",
            proposed.not_proposed,
        )
        text += " " + more % {"count": proposed.not_proposed}
    return text
