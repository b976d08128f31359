"""How the choices of plans are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portulan.plans.words import (
    ActorKind,
    Choice,
    CommitmentLevel,
    Fate,
    Guess,
    Progress,
    Reach,
    Section,
    Tie,
)

LEVELS = {
    CommitmentLevel.STUDY: _("Réflexion"),
    CommitmentLevel.EXPERIMENT: _("Expérimentation"),
    CommitmentLevel.IMPLEMENTATION: _("Réalisation"),
}
PROGRESSES = {
    Progress.TODO: _("À faire"),
    Progress.IN_PROGRESS: _("En cours"),
    Progress.PAUSED: _("En pause"),
    Progress.DONE: _("Fini"),
    Progress.ONGOING: _("En suivi"),
    Progress.DROPPED: _("Abandonné"),
}
REACHES = {Reach.ORGANISATION: _("Organisation"), Reach.TERRITORY: _("Territoire")}
GUESSES = {Guess.LOW: _("Faible"), Guess.MEDIUM: _("Moyen"), Guess.HIGH: _("Fort")}
FATES = {
    Fate.KEPT: _("Reprise"),
    Fate.FINISHED: _("Terminée"),
    Fate.DROPPED: _("Arrêtée"),
    Fate.REPLACED: _("Remplacée"),
}
CHOICES = {
    Choice.KEEP: _("Retenue"),
    Choice.LATER: _("Plus tard"),
    Choice.REFUSE: _("Écartée"),
    Choice.IN_PLACE: _("Déjà en place"),
    Choice.NOT_APPLICABLE: _("Sans objet"),
}
TIES = {
    Tie.REQUIRES: _("Exige"),
    Tie.EXCLUDES: _("Exclut"),
    Tie.REPLACES: _("Remplace"),
    Tie.MERGES: _("Fusionne avec"),
    Tie.PART_OF: _("Fait partie de"),
}
ACTOR_KINDS = {ActorKind.PUBLIC: _("Public"), ActorKind.PRIVATE: _("Privé")}
SECTIONS = {Section.OPERATING: _("Fonctionnement"), Section.INVESTMENT: _("Investissement")}
