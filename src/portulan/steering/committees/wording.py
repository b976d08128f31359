"""The sentences of minutes: who was there, what a body decides or proposes, by how many votes.

A sentence is made of what was said in session; the minutes keep what somebody wrote in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from portulan.core.say import numbers
from portulan.core.say.text import Language
from portulan.plans.labels import LEVELS
from portulan.plans.words import CommitmentLevel
from portulan.steering.models import AgendaItem, Body, Committee, Decision
from portulan.steering.words import NEEDS, DecisionStatus, Matter

# How French names a body, by its first word; another is named between its quotes.
_ARTICLES = {
    **dict.fromkeys(("comité", "conseil", "bureau", "collège", "groupe", "directoire"), "le "),
    **dict.fromkeys(("commission", "direction", "réunion", "conférence"), "la "),
    **dict.fromkeys(("assemblée", "instance", "équipe"), "l’"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """A subject in the minutes: why it was there, what was decided, and how it was voted.

    `bold` is its beginning, who decides or proposes; what somebody wrote instead has none.
    """

    item: AgendaItem
    bold: str = ""
    rest: str = ""
    vote: str = ""

    @property
    def sentence(self) -> str:
        return " ".join(part for part in (self.bold, self.rest) if part)


def named(body: Body, lang: Language) -> str:
    """Return a body as a sentence names it: le comité du numérique responsable."""
    name = body.name
    if lang != "fr":
        return name
    article = _ARTICLES.get(name.split(" ")[0].lower())
    return f"« {name} »" if article is None else f"{article}{name[0].lower()}{name[1:]}"


def _to(body: Body, lang: Language) -> str:
    """Return the same after the French “à”."""
    said = named(body, lang)
    if lang != "fr":
        return said
    return f"au {said.removeprefix('le ')}" if said.startswith("le ") else f"à {said}"


def _first(words: str) -> str:
    return words[:1].upper() + words[1:]


def point_of(item: AgendaItem, committee: Committee, asks: Body | None, lang: Language) -> Point:
    """Return a subject as the minutes say it; `asks` is the body that a proposal goes to."""
    decision: Decision | None = getattr(item, "decision", None)
    if decision is None:
        return Point(item)
    vote = vote_sentence(decision, committee.body)
    if decision.wording:
        return Point(item, "", decision.wording, vote)
    bold, rest = _said(decision, item, committee.body, asks, lang)
    reason = decision.reason.strip().rstrip(".")
    if reason:
        rest = f"{rest} {_('Motif ou réserve : %(reason)s.') % {'reason': reason}}"
    return Point(item, bold, rest, vote)


def _said(
    decision: Decision, item: AgendaItem, body: Body, asks: Body | None, lang: Language
) -> tuple[str, str]:
    matter, who = Matter(decision.matter), _first(named(body, lang))
    if matter is Matter.INFORMED:
        return _("%(who)s prend acte.") % {"who": who}, ""
    if matter is Matter.POSTPONED:
        return _("%(who)s reporte ce sujet à une prochaine séance.") % {"who": who}, ""
    if matter is Matter.TASK:
        bold = _("%(who)s demande :") % {"who": who}
        return bold, f"{_task(decision, lang)}."
    if matter in (Matter.ADOPT, Matter.REFUSE) and item.about is not None:
        verb = (
            _("%(who)s adopte la proposition")
            if matter is Matter.ADOPT
            else _("%(who)s refuse la proposition")
        )
        about = item.about
        when = {
            "body": named(about.item.committee.body, lang),
            "day": numbers.long_date(about.item.committee.held_on, lang),
        }
        of = _("du %(day)s (%(body)s) : %(what)s.")
        return verb % {"who": who}, of % {**when, "what": deed(about, lang)}
    if matter in NEEDS and not body.may(matter):
        to = "" if asks is None else f" {_to(asks, lang)}"
        return _("%(who)s propose%(to)s") % {"who": who, "to": to}, f"{deed(decision, lang)}."
    return _("%(who)s décide") % {"who": who}, f"{deed(decision, lang)}."


def _task(decision: Decision, lang: Language) -> str:
    parts = [decision.words.rstrip(".")]
    if decision.function:
        parts.append(_("par : %(function)s") % {"function": decision.function})
    if decision.due_on:
        parts.append(_("pour le %(day)s") % {"day": numbers.long_date(decision.due_on, lang)})
    return ", ".join(parts)


def deed(decision: Decision, lang: Language) -> str:
    """Return what is decided or proposed, after the verb: “de porter l’enveloppe 2026 de…”."""
    action = decision.item.action
    said = {
        "action": "?" if action is None else action.called,
        "level": str(LEVELS[CommitmentLevel(decision.level)]) if decision.level else "",
        "function": decision.function,
        "day": numbers.long_date(decision.due_on, lang),
        "amount": _money(decision.amount, lang),
        "year": decision.year,
        "words": decision.words,
        "before": _money(_decimal(decision.before.get("allotted")), lang),
    }
    return _(_DEEDS[_form(decision)]) % said


def _form(decision: Decision) -> str:
    if decision.matter == Matter.ALLOT:
        known = decision.before.get("allotted") is not None
        return f"allot-{'from' if known else 'to'}{'-words' if decision.words else ''}"
    return str(decision.matter)


_DEEDS = {
    Matter.LEVEL: gettext_noop("de porter l’action %(action)s au niveau « %(level)s »"),
    Matter.EXTEND: gettext_noop("de prolonger l’essai de l’action %(action)s"),
    Matter.CLOSE: gettext_noop("de clore l’engagement de l’action %(action)s, sans suite"),
    Matter.PILOT: gettext_noop("de confier le pilotage de l’action %(action)s à : %(function)s"),
    Matter.DATE: gettext_noop("de fixer au %(day)s la fin prévue de l’action %(action)s"),
    Matter.DROP: gettext_noop("d’abandonner l’action %(action)s"),
    Matter.MONEY: gettext_noop(
        "de fixer à %(amount)s l’argent demandé pour l’action %(action)s en %(year)s"
    ),
    Matter.SCENARIO: gettext_noop("de retenir le choix calculé « %(words)s »"),
    "allot-from": gettext_noop(
        "de porter l’enveloppe %(year)s de l’action %(action)s de %(before)s à %(amount)s"
    ),
    "allot-to": gettext_noop("de fixer à %(amount)s l’enveloppe %(year)s de l’action %(action)s"),
    "allot-from-words": gettext_noop(
        "de porter l’enveloppe %(year)s de l’action %(action)s de %(before)s à %(amount)s"
        " (%(words)s)"
    ),
    "allot-to-words": gettext_noop(
        "de fixer à %(amount)s l’enveloppe %(year)s de l’action %(action)s (%(words)s)"
    ),
}


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _money(value: Decimal | None, lang: Language) -> str:
    return numbers.money(value, lang, decimals=0 if value is not None and value % 1 == 0 else None)


def vote_sentence(decision: Decision, body: Body) -> str:
    """Return how it was voted: “Adopté par 5 voix pour, aucune voix contre et 1 abstention.”"""
    if decision.by_consensus:
        return _("Adopté sans vote, par consensus.")
    if decision.in_favour is None:
        return ""
    against, abstained = decision.against or 0, decision.abstentions or 0
    votes = {
        "for": _votes(decision.in_favour, _("aucune voix pour"), _("pour")),
        "against": _votes(against, _("aucune voix contre"), _("contre")),
        "abstentions": _abstentions(abstained),
    }
    if decision.is_rejected:
        return _("Rejeté : %(for)s, %(against)s et %(abstentions)s.") % votes
    if not against and not abstained:
        return _("Adopté à l’unanimité : %(for)s.") % votes
    said = _("Adopté par %(for)s, %(against)s et %(abstentions)s.") % votes
    if body.names_abstentions and decision.abstained:
        said = f"{said} {_('Abstention : %(who)s.') % {'who': decision.abstained}}"
    return said


def _votes(count: int, none: str, side: str) -> str:
    if not count:
        return none
    said = ngettext("%(count)s voix %(side)s", "%(count)s voix %(side)s", count)
    return said % {"count": count, "side": side}


def _abstentions(count: int) -> str:
    if not count:
        return _("aucune abstention")
    return ngettext("%(count)s abstention", "%(count)s abstentions", count) % {"count": count}


def opening(committee: Committee, lang: Language) -> str:
    """Return the first sentence of minutes: which body met, when, where, who held it."""
    body = committee.body
    who = _first(named(body, lang))
    if body.founded_by:
        who = _("%(who)s, institué par : %(act)s,") % {"who": who, "act": body.founded_by}
    when = numbers.long_date(committee.held_on, lang)
    if committee.opened_at is not None:
        at = timezone.localtime(committee.opened_at)
        if at.date() == committee.held_on:
            when = _("%(day)s à %(hour)s") % {"day": when, "hour": numbers.hour(at, lang)}
    said = _("%(who)s s’est réuni le %(when)s") % {"who": who, "when": when}
    rest = [committee.place]
    if committee.convened_on:
        day = numbers.long_date(committee.convened_on, lang)
        rest.append(_("sur convocation du %(day)s") % {"day": day})
    if committee.chair:
        rest.append(_("sous la présidence de : %(chair)s") % {"chair": committee.chair})
    return f"{', '.join([said, *(one for one in rest if one)])}."


def quorum_words(committee: Committee) -> str:
    """Return whether enough are there: “6 présents sur 8, quorum atteint (5)”."""
    body, here = committee.body, len(committee.counted)
    told = {"here": here, "all": len(body.members), "quorum": body.quorum}
    said = _("%(here)s présents sur %(all)s") if body.members else _("%(here)s présents")
    if not body.quorum:
        return said % told
    reached = (
        _("quorum atteint (%(quorum)s)")
        if here >= body.quorum
        else _("quorum non atteint (%(quorum)s)")
    )
    return f"{said % told}, {reached % told}"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is to be done after a session: what, by whom, for when."""

    what: str
    who: str
    by: date | None


def follow_ups(points: list[Point], papers: date | None) -> Iterator[FollowUp]:
    """Yield what a session leaves to be done; proposals leave by the day of the law, if known."""
    proposed = [rank for rank, one in enumerate(points, 1) if _status(one) == "proposed"]
    if proposed:
        ranks = ", ".join(map(str, proposed))
        said = ngettext(
            "Envoyer le rapport du point %(ranks)s",
            "Envoyer le rapport des points %(ranks)s",
            len(proposed),
        )
        yield FollowUp(said % {"ranks": ranks}, "", papers)
    for one in points:
        decision = getattr(one.item, "decision", None)
        if decision is not None and decision.matter == Matter.TASK:
            yield FollowUp(_first(decision.words), decision.function, decision.due_on)


def _status(point: Point) -> str:
    decision = getattr(point.item, "decision", None)
    return "" if decision is None else str(DecisionStatus(decision.status))
