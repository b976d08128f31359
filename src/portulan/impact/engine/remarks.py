"""What is said beside a number, and in place of one, in French and in English."""

from __future__ import annotations

from portulan.core.say.text import ProblemKind

# --- in place of a number -------------------------------------------------------------------

NO_FACTOR = ProblemKind(
    "no-factor",
    "warning",
    fr="Aucun facteur sûr pour {factor}\u00a0: donnez-en un dans «\u00a0factors\u00a0» si vous "
    "en avez un.",
    en="No sound factor for {factor}: give one in “factors” if you have one.",
)
NOT_CONCERNED = ProblemKind(
    "not-concerned",
    "warning",
    fr="Rien dans cette action ne se compte en {unit}, ou rien de sûr.",
    en="Nothing in this action counts in {unit}, or nothing sound.",
)
ENABLING = ProblemKind(
    "enabling",
    "warning",
    fr="Cette action en permet d’autres et n’a pas d’effet propre à chiffrer\u00a0: "
    "estimez celles qu’elle permet.",
    en="This action enables others and has no effect of its own to count: estimate those.",
)
PER_YEAR = ProblemKind(
    "per-year",
    "warning",
    fr="Se compte par an\u00a0: demandez la vue «\u00a0amortised\u00a0».",
    en="Counts per year: ask for the view “amortised”.",
)

# --- beside a number ------------------------------------------------------------------------

ASSUMED = ProblemKind(
    "assumed",
    "warning",
    fr="Non précisé, donc supposé\u00a0: {inputs}.",
    en="Not given, hence assumed: {inputs}.",
)
UNKNOWN_SPREAD = ProblemKind(
    "unknown-spread",
    "warning",
    fr="L’intervalle ne compte pas l’incertitude, inconnue, de {factors}.",
    en="The interval leaves out the uncertainty, unknown, of {factors}.",
)
SCREENING = ProblemKind(
    "screening",
    "warning",
    fr="Estimation de cadrage\u00a0: bonne pour choisir, à ne pas publier.",
    en="Screening estimate: good for choosing, not to be published.",
)
OTHER_VIEW = ProblemKind(
    "other-view",
    "warning",
    fr="Cet archétype n’existe que dans la vue «\u00a0{view}\u00a0»\u00a0: ne l’ajoutez pas aux "
    "autres.",
    en="This archetype exists only in the view “{view}”: do not add it to the others.",
)
INCREASE = ProblemKind(
    "increase",
    "warning",
    fr="Cette action augmente l’impact ({fr}). Si ce n’est pas voulu, vérifiez ce qui est avant et "
    "ce qui est après.",
    en="This action increases the impact ({en}). If that is not meant, check what is before and "
    "what is after.",
)
SUNK = ProblemKind(
    "sunk",
    "warning",
    fr="Matériel déjà acheté\u00a0: sa fabrication a eu lieu, seul l’usage est épargné.",
    en="Equipment already bought: it has been made, only its use is spared.",
)
PARTS_CARBON_ONLY = ProblemKind(
    "parts-carbon-only",
    "warning",
    fr="Les pièces ajoutées ne sont comptées qu’en carbone.",
    en="Parts added are counted in carbon only.",
)
NO_WHOLE_HOST = ProblemKind(
    "no-whole-host",
    "warning",
    fr="Aucun hôte entier n’est libéré\u00a0: rien n’est épargné tant qu’un hôte reste allumé.",
    en="No whole host is freed: nothing is spared as long as the host stays on.",
)
CAPACITY_KEPT = ProblemKind(
    "capacity-kept",
    "warning",
    fr="La capacité reste en place\u00a0: effacer n’épargne rien tant que des disques ne sont pas "
    "retirés, ou leur achat évité.",
    en="The capacity stays: erasing spares nothing until disks are removed, or not bought.",
)
INDICATIVE = ProblemKind(
    "indicative",
    "warning",
    fr="Indicatif\u00a0: le réseau ne consomme pas en proportion des données. Hors des totaux.",
    en="Indicative: the network does not use energy in proportion to data. Out of totals.",
)
OUTSIDE = ProblemKind(
    "outside",
    "warning",
    fr="Impact évité chez d’autres\u00a0: à ne jamais ajouter aux réductions.",
    en="Impact avoided elsewhere: never to be added to reductions.",
)
REFURBISHED = ProblemKind(
    "refurbished",
    "warning",
    fr="Gain publié par année d’usage\u00a0: il disparaît avec beaucoup de pièces neuves ou une "
    "seconde vie courte.",
    en="Published gain per year of use: it vanishes with many new parts or a short second life.",
)
TWO_SOURCES = ProblemKind(
    "two-sources",
    "warning",
    fr="Les deux mix électriques ne viennent pas de la même source\u00a0: leur écart est peu sûr.",
    en="The two electricity mixes are not from the same source: their gap is uncertain.",
)
