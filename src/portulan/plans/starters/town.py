"""The first year of a small town: eight actions in its own words, none of which needs IT staff."""

from __future__ import annotations

from portulan.core.say.text import Text
from portulan.indicators.words import Direction
from portulan.plans.starters.starter import Starter, do, study, trial

_CLERK = ("Secrétaire de mairie", "Town clerk")
_HANDS = ("Agent technique", "Caretaker")

TOWN = Starter(
    "town",
    Text("Huit actions pour un numérique responsable", "Eight actions for responsible digital"),
    Text("Une commune, la première année", "A small town, the first year"),
    (
        do(("Garder les ordinateurs huit ans", "Keep computers for eight years"),
           ("acheter moins", "buy less"), _CLERK, "d.2",
           ("Âge des ordinateurs remplacés", "Age of the computers replaced"), 8, "ans"),
        trial(("Réparer avant de remplacer à l’école", "Repair before replacing at school"),
              ("savoir si cela tient", "know whether it holds"),
              ("Direction de l’école", "Head of the school"), "b.3",
              ("six postes de l’école", "six computers of the school")),
        do(("Éteindre la nuit, mairie et école", "Switch off at night, town hall and school"),
           ("baisser la facture", "lower the bill"), _HANDS, "f.8",
           ("Appareils éteints la nuit", "Devices off at night"), 100, "%", months=6),
        do(("Donner le vieux matériel", "Give old equipment away"),
           ("aider les associations", "help local associations"),
           ("Adjoint à la vie locale", "Deputy for local life"), "i.2",
           ("Appareils donnés", "Devices given"), 5, months=12),
        do(("Un critère durable dans nos achats", "A sustainable criterion in what we buy"),
           ("choisir mieux", "choose better"), _CLERK, "e.2",
           ("Achats informatiques avec ce critère", "IT purchases with that criterion"), 100, "%"),
        do(("Aider ceux qui n’ont pas Internet", "Help those without the Internet"),
           ("n’oublier personne", "leave nobody behind"),
           ("Agent d’accueil", "Front desk"), "g.11",
           ("Personnes reçues dans l’année", "People received in the year"), 40),
        do(("Trier les boîtes et les dossiers", "Sort mailboxes and folders"),
           ("retrouver, et moins garder", "find again, and keep less"), _CLERK, "f.5",
           ("Place prise par les fichiers", "Room that files take"), 100, "Go",
           months=12, direction=Direction.DOWN),
        study(("Regrouper nos logiciels avec d’autres", "Share software with others"),
              ("payer une fois", "pay once"), _CLERK, "d.1",
              ("Ce que le syndicat ou l’intercommunalité propose",
               "What the syndicate or the intermunicipal body offers"), months=9),
    ),
)  # fmt: skip
