"""The words of the catalogue's screens: answers, their marks, and what was just done."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from portulan.catalogue.models import CatalogueVersion, Practice, Theme
from portulan.catalogue.words import Relation
from portulan.plans.choices.writes import Answered
from portulan.plans.models import CHOICES, Action, PracticeChoice
from portulan.plans.words import Choice
from portulan.web.catalogue.coverage import UNDECIDED, Board

# Full, half, hollow, dotted: the fuller the mark, the more the plan takes the practice up.
MARKS: dict[str, str] = {
    Choice.KEEP: "vd full",
    Choice.IN_PLACE: "vd full",
    Choice.LATER: "vd half",
    Choice.REFUSE: "vd",
    Choice.NOT_APPLICABLE: "vd",
    UNDECIDED: "vd none",
}
STATES = {**{str(key): word for key, word in CHOICES.items()}, UNDECIDED: gettext_lazy("À décider")}


# What a person answers with one press, and the letter of the keyboard that presses it.
ANSWERS = (
    (Choice.KEEP, gettext_lazy("Retenir"), pgettext_lazy("touche de Retenir", "R")),
    (Choice.LATER, gettext_lazy("Plus tard"), pgettext_lazy("touche de Plus tard", "T")),
    (Choice.IN_PLACE, gettext_lazy("Déjà en place"), pgettext_lazy("touche de Déjà en place", "P")),
    (Choice.REFUSE, gettext_lazy("Écarter"), pgettext_lazy("touche d’Écarter", "E")),
    (Choice.NOT_APPLICABLE, gettext_lazy("Sans objet"), pgettext_lazy("touche de Sans objet", "O")),
)


# What this practice is to the other, as the end of a sentence.
SENTENCES = {
    Relation.EQUAL: gettext_lazy("équivalente à"),
    Relation.BROADER: gettext_lazy("plus large que"),
    Relation.NARROWER: gettext_lazy("plus précise que"),
    Relation.RELATED: gettext_lazy("proche de"),
}


def tallied(board: Board) -> list[tuple[str, str]]:
    """Return each answer met with its count in words: « 28 retenues »."""
    counts = board.counts
    words = {
        Choice.KEEP: ngettext("%s retenue", "%s retenues", counts[Choice.KEEP]),
        Choice.IN_PLACE: ngettext("%s déjà en place", "%s déjà en place", counts[Choice.IN_PLACE]),
        Choice.LATER: ngettext("%s plus tard", "%s plus tard", counts[Choice.LATER]),
        Choice.REFUSE: ngettext("%s écartée", "%s écartées", counts[Choice.REFUSE]),
        Choice.NOT_APPLICABLE: ngettext(
            "%s sans objet", "%s sans objet", counts[Choice.NOT_APPLICABLE]
        ),
        UNDECIDED: ngettext("%s à décider", "%s à décider", counts[UNDECIDED]),
    }
    return [(str(state), text % counts[state]) for state, text in words.items() if counts[state]]


def said(given: PracticeChoice, action: Action | None, code: str) -> str:
    """Return what an answer just did."""
    answer = given.choice
    if answer == Choice.KEEP and action is not None:
        return _("%(code)s est retenue : l’action %(number)s la met en œuvre.") % {
            "code": code,
            "number": action.number,
        }
    return _("%(code)s : « %(choice)s », c’est noté.") % {
        "code": code,
        "choice": CHOICES[Choice(answer)],
    }


def said_of_several(answered: Answered) -> str:
    """Return what one answer to several practices just did."""
    codes = ", ".join(choice.practice.code for choice in answered.choices)
    if answered.action is not None:
        return _("%(codes)s sont retenues : l’action %(number)s les met en œuvre.") % {
            "codes": codes,
            "number": answered.action.number,
        }
    return _("%(codes)s : « %(choice)s », c’est noté.") % {
        "codes": codes,
        "choice": CHOICES[Choice(answered.choices[0].choice)],
    }


def theme_words(theme: Theme) -> str:
    return f"{theme.code}. {theme.say('title')}"


SHORT = 90  # a select is as wide as its longest option
NOTHING = "-"  # no code is a dash


def edition_words(version: CatalogueVersion) -> str:
    return f"{version.catalogue.say('title')}, {version.version}"[:SHORT]


def titled_practice(practice: Practice) -> str:
    title = practice.say("title")
    return f"{practice.code} {title if len(title) <= SHORT else title[: SHORT - 1] + '…'}"
