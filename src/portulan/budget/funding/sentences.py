"""The landing of a year in sentences: a committee, a page and a message say the same."""

from __future__ import annotations

from decimal import Decimal

from portulan.budget.funding.forecast import YearLanding
from portulan.core.say import numbers
from portulan.core.say.text import Language, Text

_MOST_NAMED = 6
_NOTHING = Text(
    "Ni les comptes ni les pilotes ne disent encore ce que {year} dépense.",
    "Neither accounts nor pilots say yet what {year} spends.",
)
_NOT_KEPT = Text(
    "Ce que les lignes disaient le {day} n’a pas été gardé.",
    "What the lines said on {day} was not kept.",
)
_PILOTS_ALONE = Text(
    "Les comptes de {year} ne disent ni ce qui est engagé ni ce qui est mandaté\u00a0; les pilotes"
    " disent {most} dépensés.",
    "The accounts of {year} say neither what is committed nor what is realised; pilots say that"
    " {most} were spent.",
)
_ALONE = Text(
    "{year} atterrit à {least} au moins, d’après les comptes\u00a0; les pilotes n’y ajoutent rien.",
    "{year} lands at {least} at least, by the accounts; pilots add nothing to it.",
)
_BETWEEN = Text(
    "{year} atterrit entre {least}, engagés ou mandatés sur les lignes, et {most}, avec ce que les"
    " pilotes disent avoir dépensé.",
    "{year} lands between {least}, committed or realised on the lines, and {most}, with what pilots"
    " say they spent.",
)
_CONSUMED = Text(
    "Le {day}, {share} des {allotted} dotés sont consommés, et {elapsed} de l’exercice est passé.",
    "On {day}, {share} of the {allotted} allotted are consumed, and {elapsed} of the year is past.",
)
_BEYOND = Text(
    "{beyond} de plus sont tenus au-delà d’une dotation, ou sans elle : ils n’en consomment"
    " aucune autre.",
    "{beyond} more are held beyond an allotment, or without one: they consume no other.",
)
_SILENT = (
    Text(
        "Le pilote d’une action n’a rien dit de ses dépenses\u00a0: rien n’est ajouté pour elle.",
        "The pilot of one action said nothing of its spending: nothing is added for it.",
    ),
    Text(
        "Les pilotes de {count} actions n’ont rien dit de leurs dépenses\u00a0: rien n’est"
        " ajouté pour elles.",
        "The pilots of {count} actions said nothing of their spending: nothing is added for them.",
    ),
)
_OVER = Text("Au-delà de leur dotation\u00a0: {which}.", "Beyond their allotment: {which}.")
RULE = Text(
    "Le bas est ce que les comptes tiennent\u00a0: le plus grand du mandaté et de l’engagé, qui"
    " contient ce qui en est mandaté. Le haut y ajoute ce que le pilote dit avoir dépensé de plus,"
    " une fois sa réponse acceptée. Deux stades ne s’ajoutent jamais\u00a0; où le pilote n’a rien"
    " dit, rien n’est ajouté.",
    "The least is what accounts hold: the larger of what is realised and of what is committed,"
    " which contains it. The most adds what the pilot says was spent beyond, once the"
    " answer is accepted. Two stages are never added; where the pilot said nothing, nothing is"
    " added.",
)


def landing_sentences(landing: YearLanding, lang: Language) -> list[str]:
    """Return what is said of the landing of a year, the interval first."""
    found = [landing_sentence(landing, lang)]
    if landing.share is not None:
        found.append(
            _CONSUMED.say(lang).format(
                day=numbers.date(landing.on, lang),
                share=numbers.percent(landing.share, lang, decimals=0),
                allotted=_money(landing.total.allotted, lang),
                elapsed=numbers.percent(landing.elapsed, lang, decimals=0),
            )
        )
        if landing.beyond:
            found.append(_BEYOND.say(lang).format(beyond=_money(landing.beyond, lang)))
    if landing.silent and landing.is_said:
        one, many = _SILENT
        words = one if landing.silent == 1 else many
        found.append(words.say(lang).format(count=landing.silent))
    if landing.over:
        found.append(_OVER.say(lang).format(which=_named(landing, lang)))
    return found


def landing_sentence(landing: YearLanding, lang: Language) -> str:
    """Return where a year lands, in one sentence."""
    least, most = landing.total.least, landing.total.most
    if not landing.is_kept:
        return _NOT_KEPT.say(lang).format(day=numbers.date(landing.on, lang))
    if most is None:
        text = _NOTHING
    elif least is None:
        text = _PILOTS_ALONE
    else:
        text = _ALONE if least == most else _BETWEEN
    said = {"year": landing.year, "least": _money(least, lang), "most": _money(most, lang)}
    return text.say(lang).format(**said)


def _named(landing: YearLanding, lang: Language) -> str:
    shown = [
        f"{row.action.called} (+{_money(-row.left, lang)})"
        for row in landing.over[:_MOST_NAMED]
        if row.action is not None and row.left is not None
    ]
    more = len(landing.over) - len(shown)
    return ", ".join([*shown, *([f"+{more}"] if more > 0 else [])])


def _money(amount: Decimal | None, lang: Language) -> str:
    return numbers.money(amount, lang, decimals=0)
