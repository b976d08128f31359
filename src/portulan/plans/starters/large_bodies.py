"""Plans to start from for bodies that have an IT department: a region, a hospital, a university."""

from __future__ import annotations

from portulan.core.say.text import Text
from portulan.indicators.words import Direction
from portulan.plans.starters.starter import Starter, do, study, trial

_IT = ("Direction du numérique", "IT department")
_BUY = ("Direction des achats", "Purchasing department")
_HR = ("Direction des ressources humaines", "Human resources")
_OFFICER = ("Délégué au numérique responsable", "Responsible digital officer")
_CHIEF = ("Direction générale", "General management")
_SITES = ("Direction des bâtiments", "Buildings department")
_DOWN = Direction.DOWN

_LAST = do(("Garder les postes sept ans", "Keep workstations for seven years"),
           ("fabriquer moins d’appareils", "have fewer devices made"), _IT, "d.2",
           ("Âge des postes remplacés", "Age of the workstations replaced"), 7, "ans",
           months=36)  # fmt: skip
_REUSED = do(("Acheter d’abord du reconditionné", "Buy refurbished first"),
             ("tenir la part que la loi demande", "hold the share that the law asks for"), _BUY,
             "e.1", ("Achats issus du réemploi ou recyclés", "Purchases from reuse or recycled"),
             25, "%")  # fmt: skip
_GIVEN = do(("Donner une seconde vie au matériel", "Give equipment a second life"),
            ("jeter moins de ce qui marche", "throw less away of what works"), _IT, "i.2",
            ("Matériel réformé réemployé", "Equipment reused"), 50, "%")  # fmt: skip
_BUDGET = do(("Réserver une part du budget", "Set a part of the budget aside"),
             ("ne pas le redemander chaque fois", "not have to ask each time"), _CHIEF, "a.5",
             ("Part du budget informatique", "Share of the IT budget"), 3, "%")  # fmt: skip
_AWARE = do(("Sensibiliser tous les agents", "Make all staff aware"),
            ("que chacun sache quoi faire", "let everybody know what to do"), _HR, "b.1",
            ("Agents sensibilisés", "Staff made aware"), 80, "%")  # fmt: skip
_PRINT = do(("Imprimer deux fois moins", "Print half as much"),
            ("épargner papier et machines", "spare paper and machines"), _IT, "f.7",
            ("Pages imprimées par agent et par an", "Pages printed a person a year"), 1000,
            direction=_DOWN)  # fmt: skip
_MAIL = trial(("Vider les boîtes et les partages", "Empty mailboxes and shares"),
              ("garder moins, retrouver mieux", "keep less, find better"), _IT, "f.5",
              ("deux directions volontaires", "two willing departments"))  # fmt: skip
_ROOM = study(("Regrouper les salles de serveurs", "Bring server rooms together"),
              ("refroidir une fois", "cool once"), _IT, "h.4",
              ("Étude de regroupement", "Study of the move"), months=12)  # fmt: skip
_ACCESS = do(("Des services qui marchent pour tous", "Services that work for all"),
             ("n’exclure personne", "exclude nobody"), _IT, "g.3",
             ("Services conformes", "Services that comply"), 75, "%", months=36)  # fmt: skip

REGION = Starter(
    "region",
    Text("Plan numérique responsable de la Région", "Responsible digital plan of the region"),
    Text("Une région ou un département, vingt actions", "A region or département, twenty actions"),
    (
        do(("Nommer un délégué et son réseau", "Name an officer and a network"),
           ("que quelqu’un en réponde", "have somebody answer for it"), _CHIEF, "a.1",
           ("Directions représentées", "Departments represented"), 100, "%", months=6),
        do(("Tenir le plan à jour chaque trimestre", "Keep the plan up to date each quarter"),
           ("décider sur des faits", "decide on facts"), _OFFICER, "a.2",
           ("Actions avec une nouvelle du trimestre", "Actions heard of in the quarter"), 100, "%"),
        do(("Suivre une dizaine d’indicateurs", "Follow some ten indicators"),
           ("savoir si cela marche", "know whether it works"), _OFFICER, "a.3",
           ("Indicateurs relevés dans l’année", "Indicators read in the year"), 90, "%"),
        _BUDGET, _AWARE,
        do(("Former acheteurs et chefs de projet", "Train buyers and project leads"),
           ("que les marchés le demandent", "let contracts ask for it"), _HR, "b.2",
           ("Personnes formées", "People trained"), 60),
        do(("Tenir l’inventaire du parc", "Keep the inventory of devices"),
           ("compter avant de réduire", "count before reducing"), _IT, "c.1",
           ("Appareils inventoriés", "Devices in the inventory"), 95, "%", months=12),
        study(("Mesurer l’empreinte du numérique", "Measure the footprint of IT"),
              ("agir où cela pèse", "act where it weighs"), _OFFICER, "c.2",
              ("Bilan et ses hypothèses", "Assessment and its assumptions"), months=9),
        do(("Un écran par agent", "One screen each"), ("acheter moins", "buy less"), _IT, "d.1",
           ("Écrans par agent", "Screens a person"), 1, months=36, direction=_DOWN),
        _LAST, _REUSED,
        do(("Exiger solidité et garantie", "Ask for sturdiness and warranty"),
           ("réparer plutôt que remplacer", "repair rather than replace"), _BUY, "e.2",
           ("Marchés avec ces critères", "Contracts with these criteria"), 100, "%"),
        do(("Régler la veille de tous les postes", "Set standby on all workstations"),
           ("baisser la facture", "lower the bill"), _IT, "f.2",
           ("Postes réglés", "Workstations set"), 100, "%", months=9),
        _MAIL, _PRINT, _ACCESS,
        trial(("Écoconcevoir un service", "Ecodesign one service"),
              ("apprendre avant de l’exiger", "learn before asking for it"), _IT, "g.2",
              ("le prochain téléservice", "the next online service")),
        _ROOM, _GIVEN,
        do(("Tracer tout le matériel jeté", "Trace all equipment thrown away"),
           ("que rien ne se perde", "let nothing be lost"), _SITES, "i.8",
           ("Enlèvements avec bordereau", "Collections with a slip"), 100, "%", months=12),
    ),
)  # fmt: skip

HOSPITAL = Starter(
    "hospital",
    Text("Plan numérique responsable de l’hôpital", "Responsible digital plan of the hospital"),
    Text("Un établissement de santé, dix actions", "A healthcare institution, ten actions"),
    (
        do(("Un référent, entre soin et technique", "An officer, between care and technique"),
           ("ne rien ôter aux soins", "take nothing from care"), _CHIEF, "a.1",
           ("Pôles représentés", "Clinical divisions represented"), 100, "%", months=6),
        _AWARE, _BUDGET, _LAST,
        study(("Le matériel médical connecté", "Connected medical equipment"),
              ("savoir ce qui peut durer", "know what can last"),
              ("Ingénierie biomédicale", "Biomedical engineering"), "c.1",
              ("Inventaire et durées de support", "Inventory and support periods"), months=12),
        do(("Éteindre les postes hors soins la nuit", "Switch off non-care workstations at night"),
           ("baisser la facture sans risque", "lower the bill without risk"), _IT, "f.8",
           ("Postes hors soins éteints", "Non-care workstations off"), 95, "%"),
        trial(("Trier l’archive d’imagerie", "Sort the imaging archive"),
              ("garder ce que la loi demande", "keep what the law asks for"),
              ("Imagerie médicale", "Medical imaging"), "f.4",
              ("un service d’imagerie", "one imaging department")),
        _REUSED, _GIVEN,
        do(("Ordonnances et consignes moins imprimées", "Fewer prescriptions printed"),
           ("épargner papier et temps", "spare paper and time"),
           ("Direction des soins", "Nursing management"), "f.7",
           ("Pages imprimées par séjour", "Pages printed a stay"), 20, direction=_DOWN),
    ),
)  # fmt: skip

UNIVERSITY = Starter(
    "university",
    Text("Plan numérique responsable de l’université", "Responsible digital plan"),
    Text("Un établissement d’enseignement supérieur, dix actions",
         "A higher education institution, ten actions"),
    (
        do(("Un référent par composante", "An officer in each faculty"),
           ("agir là où l’on décide", "act where things are decided"), _CHIEF, "a.4",
           ("Composantes représentées", "Faculties represented"), 100, "%", months=12),
        do(("Un module pour tous les étudiants", "A module for all students"),
           ("former ceux qui suivront", "train those who follow"),
           ("Vice-présidence formation", "Vice-presidency for teaching"), "b.1",
           ("Étudiants de première année formés", "First-year students trained"), 60, "%"),
        _BUDGET, _LAST, _REUSED,
        study(("Le calcul de recherche", "Research computing"),
              ("compter ce qu’il consomme", "count what it uses"),
              ("Vice-présidence recherche", "Vice-presidency for research"), "c.2",
              ("Mesure par laboratoire volontaire", "Measure by willing laboratories"), months=12),
        trial(("Prêter plutôt que racheter", "Lend rather than buy again"),
              ("partager le matériel des salles", "share the equipment of rooms"),
              ("Bibliothèque universitaire", "University library"), "d.3",
              ("une bibliothèque et deux salles", "a library and two rooms")),
        _ROOM, _ACCESS, _GIVEN,
    ),
)  # fmt: skip
