"""The words of the budget's screens: stages in titles, cautions, what a figure leaves out."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portulan.budget.indicator.sentences import limit_words
from portulan.budget.indicator.share import Caution
from portulan.budget.models import ITPerimeter
from portulan.budget.readers import facts_of
from portulan.budget.words import Stage
from portulan.core.say import numbers
from portulan.core.say.text import Language
from portulan.web.language import page_language

TITLES = {
    Stage.VOTED: gettext_lazy("crédits votés"),
    Stage.OPENED: gettext_lazy("crédits ouverts"),
    Stage.COMMITTED: gettext_lazy("dépenses engagées"),
    Stage.REALISED: gettext_lazy("dépenses mandatées"),
    Stage.CARRIED_OVER: gettext_lazy("restes à réaliser"),
}


# Heads of the column of amounts; the unit follows.
COLUMNS = {
    Stage.VOTED: pgettext_lazy("amount", "Voté"),
    Stage.OPENED: pgettext_lazy("amount", "Ouvert"),
    Stage.COMMITTED: pgettext_lazy("amount", "Engagé"),
    Stage.REALISED: pgettext_lazy("amount", "Mandaté"),
    Stage.CARRIED_OVER: pgettext_lazy("amount", "Reste à réaliser"),
}
CAUTIONS = {
    Caution.NO_LINE: gettext_lazy("Aucune ligne n’est importée à ce stade : rien à calculer."),
    Caution.NO_DENOMINATOR: gettext_lazy(
        "Aucune ligne n’est dans le budget de la DSI : la part n’est pas calculable."
    ),
    Caution.NEGATIVE_DENOMINATOR: gettext_lazy(
        "Les annulations dépassent ici les dépenses de la DSI : la part n’est pas calculable."
    ),
    Caution.NEGATIVE_NUMERATOR: gettext_lazy(
        "Les annulations dépassent ici les dépenses NR : une part négative surprend, vérifiez ses"
        " lignes avant de publier."
    ),
    Caution.SURPRISING: gettext_lazy(
        "Au-delà de 25 %, une part surprend : vérifiez le périmètre et les fléchages."
    ),
}


# Which file to ask for, by tool; the guide of finance says how.
EXPORTS = (
    (
        gettext_lazy("Le mieux, tout outil"),
        gettext_lazy(
            "la liste des lignes de la DSI (filtre par gestionnaire ou service), avec voté, ouvert,"
            " engagé et mandaté"
        ),
    ),
    (gettext_lazy("Astre GF"), gettext_lazy("l’édition « Détail budget », dépenses et recettes")),
    (
        gettext_lazy("Comptes publics"),
        gettext_lazy("le document budgétaire TotEM (XML), ou le budget SCDL (CSV)"),
    ),
    (gettext_lazy("Organisme privé"), gettext_lazy("le fichier des écritures comptables (FEC)")),
    (
        gettext_lazy("État, Chorus"),
        gettext_lazy("les crédits par programme et action, avec AE et CP"),
    ),
    (
        gettext_lazy("Ensuite, pour détailler"),
        gettext_lazy("les commandes : gestionnaire, fournisseur, marché, compte, engagé, mandaté"),
    ),
)
LEDGER_FIELDS = {
    "label": gettext_lazy("Libellé"),
    "account": gettext_lazy("Compte"),
    "chapter": gettext_lazy("Chapitre"),
    "section": gettext_lazy("Section"),
    "flow": gettext_lazy("Dépense ou recette"),
    "function": gettext_lazy("Fonction"),
    "operation": gettext_lazy("Opération"),
    "service": gettext_lazy("Service"),
    "manager": gettext_lazy("Gestionnaire"),
    "supplier": gettext_lazy("Fournisseur"),
    "contract": gettext_lazy("Marché"),
    "order": gettext_lazy("Engagement ou commande"),
    "voted": gettext_lazy("Montant voté"),
    "opened": gettext_lazy("Montant ouvert"),
    "committed": gettext_lazy("Montant engagé"),
    "realised": gettext_lazy("Montant mandaté"),
    "carried_over": gettext_lazy("Restes à réaliser"),
    "debit": gettext_lazy("Débit"),
    "credit": gettext_lazy("Crédit"),
}


# What a table whose columns are said is read as.
KINDS = {
    "ledger": gettext_lazy("donne les lignes d’un budget"),
    "orders": gettext_lazy("détaille par commande des lignes déjà importées"),
}


# By what amounts are multiplied to be in euros.
UNITS = {
    "": gettext_lazy("ce que disent les titres, sinon l’euro"),
    "1": gettext_lazy("euros"),
    "1000": gettext_lazy("milliers d’euros"),
    "1000000": gettext_lazy("millions d’euros"),
    "0.01": gettext_lazy("centimes"),
}
_COUNTS: dict[Language, tuple[str, ...]] = {
    "fr": ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
}


def caution_words(caution: Caution) -> str:
    """Return what whoever reads a figure must know."""
    if caution is not Caution.PROVISIONAL:
        return str(CAUTIONS[caution])
    text = _("Part provisoire : moins de %(limit)s des montants candidats sont qualifiés.")
    return text % {"limit": limit_words()}


def counted(number: int, language: Language, *, feminine: bool = False) -> str:
    """Return a small number in letters, as sentences have it; beyond ten, its digits."""
    if number == 1 and feminine and language == "fr":
        return "une"
    words = _COUNTS[language]
    return words[number] if 0 <= number < len(words) else numbers.number(number, language)


def format_words(name: str) -> str:
    """Return the name of a format on screen, as its reader says it; typed figures have none."""
    facts = facts_of(name)
    return facts.label.say(page_language()) if facts else _("Saisie")


def left_out(perimeter: ITPerimeter | None, *, schools_are_told: bool = True) -> str:
    """Return what the answers to the questions of first use leave out, in a few words.

    Of schools, only where accounts tell their equipment apart.
    """
    if perimeter is None:
        return ""
    if not schools_are_told and not perimeter.with_school_equipment:
        if perimeter.with_staff:
            return _("personnel compris, équipement d’enseignement non distingué par ces comptes")
        return _("hors personnel, équipement d’enseignement non distingué par ces comptes")
    match perimeter.with_staff, perimeter.with_school_equipment:
        case True, True:
            return _("personnel et équipement d’enseignement compris")
        case True, False:
            return _("personnel compris, hors équipement d’enseignement")
        case False, True:
            return _("hors personnel, équipement d’enseignement compris")
        case _:
            return _("hors personnel et équipement d’enseignement")


def import_steps() -> list[str]:
    """Return the names of the steps of an import, in order; only a ledger has columns to tell."""
    return [_("Déposer"), _("Reconnaître"), _("Contrôler"), _("Confirmer")]


CARRIED = Stage.CARRIED_OVER
