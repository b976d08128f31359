"""Why a scenario cannot be solved as it stands: each sentence names the field (pure)."""

from __future__ import annotations

from portulan.core.say.text import ProblemKind


def _kind(code: str, fr: str, en: str) -> ProblemKind:
    spaced = fr.replace(" :", "\u00a0:").replace("« ", "«\u00a0").replace(" »", "\u00a0»")
    return ProblemKind(code, "error", fr=spaced, en=en)


NO_CANDIDATE = _kind(
    "no-candidate",
    "Aucune action candidate n’est chiffrée : donnez un coût à un niveau au moins.",
    "No candidate action is costed: give a cost to one level at least.",
)
NO_ENVELOPE = _kind(
    "no-envelope",
    "Aucune enveloppe : dites ce qu’il y a à dépenser chaque année.",
    "No envelope: say what there is to spend each year.",
)
WRONG_YEARS = _kind(
    "wrong-years",
    "Enveloppe « {envelope} » : {found} montants pour {expected} années.",
    "Envelope “{envelope}”: {found} amounts for {expected} years.",
)
NATURES_MIXED = _kind(
    "natures-mixed",
    "Enveloppe « {envelope} » : gardez une enveloppe pour tout, ou une par nature, pas les deux.",
    "Envelope “{envelope}”: keep one envelope for all, or one per nature, not both.",
)
NO_SUCH_MONEY = _kind(
    "no-such-money",
    "Action {candidate}, {level:fr}, coût : aucune enveloppe ne couvre la nature « {nature:fr} »."
    " Ajoutez-en une, ou changez la nature.",
    "Action {candidate}, {level:en}, cost: no envelope covers the nature “{nature:en}”. Add one, or"
    " change the nature.",
)
NO_SUCH_TEAM = _kind(
    "no-such-team",
    "Action {candidate}, {level:fr}, jours : aucune équipe ne s’appelle « {team} ». Ajoutez-la aux"
    " enveloppes.",
    "Action {candidate}, {level:en}, days: no team is called “{team}”. Add it to the envelopes.",
)
WRONG_LENGTH = _kind(
    "wrong-length",
    "Action {candidate}, {level:fr}, {field:fr} : {found} nombres pour une durée de {expected}.",
    "Action {candidate}, {level:en}, {field:en}: {found} numbers for a duration of {expected}.",
)
MUST_OUTSIDE = _kind(
    "must-outside",
    "Action {candidate}, niveau obligatoire : {found} n’est pas une année du scénario.",
    "Action {candidate}, compulsory level: {found} is not a year of the scenario.",
)
MUST_NOT_OFFERED = _kind(
    "must-not-offered",
    "Action {candidate}, niveau obligatoire : aucun niveau chiffré ne va jusque-là.",
    "Action {candidate}, compulsory level: no costed level goes that far.",
)
STEP_OUTSIDE = _kind(
    "step-outside",
    "Action {candidate}, niveau décidé : {found} n’est pas une année du scénario.",
    "Action {candidate}, decided level: {found} is not a year of the scenario.",
)
STEP_NOT_OFFERED = _kind(
    "step-not-offered",
    "Action {candidate}, niveau décidé : ce niveau n’est pas chiffré.",
    "Action {candidate}, decided level: this level is not costed.",
)
GATE_NOT_OFFERED = _kind(
    "gate-not-offered",
    "Action {candidate}, passage obligé : ce niveau n’est pas chiffré. Chiffrez-le, ou retirez le"
    " passage obligé.",
    "Action {candidate}, gate: this level is not costed. Cost it, or take the gate away.",
)
NEEDED_NOT_COSTED = _kind(
    "needed-not-costed",
    "Préalable de l’action {candidate} : l’action {needed} n’est pas chiffrée à ce niveau.",
    "Prerequisite of action {candidate}: action {needed} is not costed at that level.",
)
CIRCLE = _kind(
    "circle",
    "Ces préalables tournent en rond : {found}. Retirez-en un.",
    "These prerequisites go round in a circle: {found}. Take one away.",
)
NO_THEME = _kind(
    "no-theme",
    "Couverture : aucune action candidate n’est de la thématique « {theme} ».",
    "Coverage: no candidate action is of theme “{theme}”.",
)
TWO_OVERLAPS = _kind(
    "two-overlaps",
    "Recouvrement : l’action {candidate} est dans deux groupes, gardez-en un.",
    "Overlap: action {candidate} is in two groups, keep one.",
)
TARGET_OUTSIDE = _kind(
    "target-outside",
    "Objectifs : {found} n’est pas une année du scénario.",
    "Targets: {found} is not a year of the scenario.",
)
NO_IT_BUDGET = _kind(
    "no-it-budget",
    "Part du budget de la DSI en {year} : ce budget, ou ce que le plan demande, n’est pas connu."
    " Donnez-le dans Exercices, ou écrivez le plancher en euros.",
    "Share of the IT budget in {year}: that budget, or what the plan asks for, is not known. Give"
    " it in Years, or type the floor as money.",
)
NO_HEADS = _kind(
    "no-heads",
    "Équité : aucune entité ou thématique des actions n’a d’effectif. Donnez-les à la page Équité.",
    "Fairness: no unit or theme of the actions has any people. Give them on the page Fairness.",
)
IMPOSSIBLE = _kind(
    "impossible",
    "Action {candidate} : {reason:fr}",
    "Action {candidate}: {reason:en}",
)
