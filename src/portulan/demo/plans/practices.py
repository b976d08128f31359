"""What Région Armorique answered to the 59 practices of the guide, in the workshop of 2024.

The 28 practices kept are those of the actions; here stand the answers to the 31 others, because
the reasons for not keeping a practice are kept too: "later" is an answer.
"""

from __future__ import annotations

from datetime import date

from portulan.plans.words import Choice

CHOSEN_ON = date(2024, 9, 26)

OTHERS: dict[str, tuple[Choice, str]] = {
    "a.2": (Choice.IN_PLACE, "Ce plan, voté en séance et revu deux fois par an en comité."),
    "a.3": (Choice.IN_PLACE, "Un indicateur principal par action, relevé par son pilote."),
    "a.6": (Choice.LATER, "La charte suivra le prochain projet d’administration, en 2028."),
    "b.3": (Choice.LATER, "L’atelier de l’action 9 doit d’abord tourner un an."),
    "c.3": (Choice.LATER, "Chiffrer demande un inventaire fiable : après l’action 7."),
    "d.3": (Choice.IN_PLACE, "Le magasin réaffecte les appareils rendus depuis 2022."),
    "d.4": (Choice.IN_PLACE, "Écran, clavier et unité centrale se renouvellent séparément."),
    "d.6": (Choice.LATER, "Housses et coques entrent dans le marché de 2027."),
    "e.3": (Choice.IN_PLACE, "Écolabels contrôlés exigés dans le marché des postes de 2024."),
    "e.5": (Choice.LATER, "À demander à plusieurs régions, pour peser sur les fabricants."),
    "f.1": (Choice.LATER, "Le suivi complet suppose l’inventaire de l’action 7."),
    "f.3": (
        Choice.REFUSE,
        "Gain trop faible devant l’effort : le réseau des sites est dimensionné.",
    ),
    "f.6": (Choice.LATER, "Avec la prochaine campagne sur la messagerie."),
    "f.7": (Choice.IN_PLACE, "Copieurs partagés et impression sur badge depuis 2021."),
    "g.1": (Choice.LATER, "Après l’essai de l’action 16, qui dira comment s’y prendre."),
    "g.2": (Choice.LATER, "Demande des compétences que l’action 6 doit d’abord former."),
    "g.5": (Choice.IN_PLACE, "Déjà dans la charte graphique et les recettes."),
    "g.6": (Choice.LATER, "À joindre aux suites de l’action 17."),
    "g.7": (Choice.IN_PLACE, "Formats ouverts exigés dans les marchés depuis 2020."),
    "g.8": (Choice.REFUSE, "Traité par le plan de simplification, hors de ce plan."),
    "g.9": (Choice.LATER, "Avec le nouveau site institutionnel, en 2027."),
    "g.10": (Choice.NOT_APPLICABLE, "La Région ne diffuse aucun logiciel à des tiers."),
    "h.1": (Choice.LATER, "Au renouvellement du marché d’hébergement, en 2028."),
    "h.2": (Choice.LATER, "Au renouvellement du marché d’hébergement, en 2028."),
    "h.7": (Choice.IN_PLACE, "Sondes d’énergie posées en 2024 ; pas d’eau dans le froid."),
    "i.3": (Choice.REFUSE, "Le don et le réemploi passent avant la vente."),
    "i.4": (Choice.IN_PLACE, "Convention avec un éco-organisme agréé depuis 2019."),
    "i.5": (Choice.REFUSE, "La reprise par le fabricant priverait la filière de l’action 20."),
    "i.6": (Choice.LATER, "Contrôle prévu quand la filière de l’action 20 aura ses collecteurs."),
    "i.7": (Choice.IN_PLACE, "Collecte séparée dans tous les bâtiments."),
    "i.8": (Choice.LATER, "Le registre viendra avec l’outil de parc, action 7."),
}
