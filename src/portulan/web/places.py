"""The places of the product, the line of entries of each, and which screens are whose.

Six places, the same on every page; under them, at most seven entries, the same on every page of the
place (decision 138). What an organisation put away, or somebody may not open, is not shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.accounts.features import Feature
from portulan.web.pages import Said
from portulan.web.requests import OrganisationRequest, years_of

# Screens of no place: they lead to the others.
NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of a line: its route, what the route is of ("plan", "year"), and for whom it is."""

    name: str
    words: Said
    # What is done there, in a few words: the page of all places says it.
    about: Said
    route: str
    of: str = ""
    feature: Feature | None = None
    need: Operation | None = None
    # Left out where one person plays all the roles, and asked for nothing more.
    large: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    words: Said
    entries: tuple[Entry, ...]
    # Shown once one of these is; always where there is none.
    features: frozenset[Feature] = frozenset()


PLACES = (
    Place(
        "home",
        _("Accueil"),
        (
            Entry(
                "home",
                _("Accueil"),
                _("Ce qui vous attend, et où en est le plan"),
                "dashboard:page",
            ),
        ),
    ),
    Place(
        "plan",
        _("Plan"),
        (
            Entry(
                "actions",
                _("Actions"),
                _("La liste à filtrer, ajouter, modifier ; la grille, la frise, les pilotes"),
                "plans:plan",
                "plan",
            ),
            Entry(
                "indicators",
                _("Indicateurs"),
                _("Donner un chiffre, une cible ; tous les chiffres à une date"),
                "plans:readings",
                "plan",
            ),
            Entry(
                "footprint",
                _("Empreinte"),
                _("Le carbone épargné : estimer l’effet des actions"),
                "impact:plan",
                "plan",
                Feature.IMPACT,
            ),
            Entry(
                "services",
                _("Services numériques"),
                _("Les sites et services en ligne, leur écoconception (RGESN)"),
                "documents:services",
                feature=Feature.DOCUMENTS,
            ),
            Entry(
                "sources",
                _("Sources"),
                _("L’inventaire des postes et les outils qui donnent les chiffres seuls"),
                "sources:browse",
                large=True,
            ),
            Entry(
                "catalogue",
                _("Référentiel"),
                _("Les bonnes pratiques, et l’atelier qui les choisit"),
                "catalogue:browse",
                feature=Feature.CATALOGUE,
            ),
            Entry(
                "all-plans",
                _("Tous les plans"),
                _("Créer un plan, le copier, le renouveler ; ses axes et ses réglages"),
                "all-plans",
            ),
        ),
    ),
    Place(
        "steering",
        _("Pilotage"),
        (
            Entry(
                "todo",
                _("À faire"),
                _("Ce qui est en retard ou demande une réponse"),
                "steering:todo",
            ),
            Entry(
                "campaigns",
                _("Campagnes"),
                _("Demander aux pilotes où ils en sont"),
                "steering:campaigns",
                "plan",
                Feature.STEERING,
            ),
            Entry(
                "committees",
                _("Comités"),
                _("L’ordre du jour, la séance, les décisions, le relevé"),
                "steering:committees",
                "plan",
                Feature.STEERING,
            ),
            Entry(
                "mail",
                _("Messages envoyés"),
                _("Qui a reçu quel courriel, et ce qui n’est pas arrivé"),
                "steering:mail",
                feature=Feature.STEERING,
                need=Operation.RUN_CAMPAIGN,
            ),
            Entry(
                "changes",
                _("Ce qui a changé"),
                _("Le journal : qui a modifié quoi, depuis votre dernier passage"),
                "steering:overview",
                "plan",
            ),
            Entry(
                "sealed",
                _("Versions votées"),
                _("Le plan tel qu’il a été voté, le bilan d’une année"),
                "steering:sealed-plans",
                "plan",
                Feature.SEALS,
            ),
            Entry(
                "evidence",
                _("Preuves"),
                _("Les pièces et photos données, celles qui expirent"),
                "evidence:browse",
            ),
        ),
        frozenset({Feature.STEERING, Feature.SEALS}),
    ),
    Place(
        "budget",
        _("Budget"),
        (
            Entry(
                "share",
                _("Part NR"),
                _("La part de l’informatique qui va au numérique responsable, d’où elle vient"),
                "budget:year",
                "year",
                large=True,
            ),
            Entry(
                "years",
                _("Exercices"),
                _("Ouvrir ou clore une année ; le budget voté, les subventions, les enveloppes"),
                "budget:years",
            ),
            Entry(
                "accounting",
                _("Comptabilité"),
                _("Importer le grand livre, ses lignes, ce qui reste à qualifier"),
                "budget:imports",
                "year",
                large=True,
            ),
            Entry(
                "perimeter",
                _("Périmètre"),
                _("Les comptes qui sont de l’informatique, et leurs règles"),
                "budget:perimeter",
                large=True,
            ),
            Entry(
                "contracts",
                _("Marchés et contrats"),
                _("Ce qui se renouvelle, les clauses à écrire"),
                "budget:contracts",
                large=True,
            ),
            Entry(
                "arbitration",
                _("Arbitrage"),
                _("Choisir des actions sous un plafond d’argent ou de temps"),
                "portfolio:browse",
                feature=Feature.ARBITRATION,
                need=Operation.READ_SCENARIO,
            ),
            Entry(
                "comparison",
                _("Se comparer"),
                _("Les dépenses informatiques d’autres collectivités"),
                "observatory:page",
                feature=Feature.OBSERVATORY,
            ),
        ),
    ),
    Place(
        "publish",
        _("Publier"),
        (
            Entry(
                "documents",
                _("Documents"),
                _("Produire un rapport, une délibération, un PDF pour les élus"),
                "documents:browse",
                feature=Feature.DOCUMENTS,
            ),
            Entry(
                "obligations",
                _("Obligations"),
                _("Ce que la loi demande, et pour quand"),
                "documents:obligations",
                feature=Feature.DOCUMENTS,
            ),
            Entry(
                "public",
                _("Page publique"),
                _("Ce que les habitants lisent"),
                "documents:public",
                need=Operation.PUBLISH_PLAN,
            ),
            Entry(
                "files",
                _("Données et fichiers"),
                _("Reprendre ou exporter un tableur Excel"),
                "plans:tables",
                "plan",
                Feature.TABLES,
            ),
        ),
    ),
    Place(
        "settings",
        _("Réglages"),
        (
            Entry(
                "organisation",
                _("Organisation"),
                _("Le nom, le SIREN, la population, ce qui est montré"),
                "people:organisation",
                need=Operation.MANAGE,
            ),
            Entry(
                "people",
                _("Personnes et droits"),
                _("Inviter une personne, donner un rôle, prévoir un départ"),
                "people:browse",
            ),
            Entry(
                "group",
                _("Groupe et membres"),
                _("Les communes d’un syndicat, et ce qu’elles partagent"),
                "groups:page",
                feature=Feature.GROUPS,
            ),
            Entry(
                "access",
                _("Jetons et API"),
                _("Brancher un programme ; webhooks, agenda"),
                "people:access",
                feature=Feature.TOKENS,
            ),
            Entry(
                "security",
                _("Journal de sécurité"),
                _("Les connexions, et qui est entré"),
                "people:security",
                need=Operation.READ_SECURITY,
                large=True,
            ),
            Entry(
                "away",
                _("Tout emporter"),
                _("Sauvegarder et récupérer toutes ses données"),
                "documents:take-away",
                need=Operation.EXPORT_ALL,
            ),
        ),
    ),
)
ENTRIES = {entry.name: entry for place in PLACES for entry in place.entries}
_PLACE_OF = {entry.name: place for place in PLACES for entry in place.entries}

# Whose the screens of a namespace are, but those that another entry names.
_NAMESPACES = {
    "all-plans": "all-plans",
    "dashboard": "home",
    "catalogue": "catalogue",
    "plans": "actions",
    "evidence": "evidence",
    "steering": "changes",
    "impact": "footprint",
    "budget": "share",
    "sources": "sources",
    "observatory": "comparison",
    "portfolio": "arbitration",
    "privacy": "people",
    "documents": "documents",
    "groups": "group",
    "people": "people",
    "finding": NOWHERE,
    "help": NOWHERE,
}
_SCREENS = {
    "indicators": {
        "plans": "readings apply-readings read-readings undo-readings readings-file add-indicator"
        " indicator edit-indicator target remove-target judge-target indicator-units measure"
        " withdraw refuse-reading keep-reading main-indicator leave-indicator"
    },
    "services": {
        "documents": "services add-service service edit-service remove-service service-theme"
    },
    "catalogue": {
        "plans": "start-workshop workshop workshop-kept undo-answers workshop-rest workshop-step"
        " workshop-room open-room lead-room close-room editions answer-edition"
    },
    "all-plans": {
        "plans": "current create-plan from-starter first-table settings stakeholders stakeholder"
        " remove-stakeholder renew-plan duplicate-plan add-part rename-part remove-part states"
    },
    "todo": {"steering": "todo"},
    "campaigns": {
        "steering": "campaigns new-campaign campaign edit-campaign open-campaign close-campaign"
        " remove-campaign accept-all reply-links drop-sheet own-reply revoke-link renew-link"
        " reply-sheet"
    },
    "committees": {
        "steering": "committees new-committee new-body body committee add-item refresh-agenda"
        " open-session answer attach-act decision-done session-room write-minutes close-minutes"
        " signed-minutes undo-session play-day convene",
        "documents": "minutes",
    },
    "mail": {
        "steering": "mail mail-settings mail-test confirm-address letter stop-letter resume-letter"
    },
    "people": {"steering": "handover own-handover"},
    "home": {"steering": "received take-over", "plans": "mine"},
    "changes": {"people": "journal"},
    "sealed": {
        "plans": "balance vote",
        "steering": "sealed-plans seal verdicts close sealed sealed-plan sealed-action stamp"
        " differences-text sealed-file",
    },
    "years": {
        "budget": "years open-year edit-year whole-year part-year close-year reopen-year money"
        " landing allotments co-funding savings staff-time green purchases purchases-file"
        " purchases-sheet take-purchases purchases-invoices gifts prices programmes programme"
        " edit-programme remove-revision day-rates legal forecasts envelopes ambitions"
    },
    "accounting": {
        "budget": "lines lines-file line orders judge unjudge review-line unreview-line take-share"
        " attribute edit-attribution withdraw restore accept give-evidence suggestions proposals"
        " accept-many refuse-many undo-answer decisions decisions-file decision-sheet"
        " confirm-sheet take-back-sheet discard-sheet queue follow-verdicts take-back review-lines"
        " justify-attributions declare-attributions unreview-lines imports upload columns"
        " forget-columns batch not-carried differences original confirm cancel-import roll-back"
        " discard answer erase-suppliers split unsplit take-answer-back document-date chain"
        " type-figures attribution-rules attribution-rule withdraw-rule"
    },
    "contracts": {
        "budget": "contracts add-contract take-contracts contract-habits contract edit-contract"
        " remove-contract contract-pack"
    },
    "perimeter": {
        "budget": "perimeter edition prepare draft add-rule edit-rule rule-up rule-down"
        " rule-remove bring-into-force"
    },
    "obligations": {"documents": "obligations note-obligation"},
    "away": {"documents": "take-away"},
    "public": {
        "documents": "public choose-public publish withdraw-edition withdraw-document originals"
        " reports answer-report show"
    },
    "files": {
        "plans": "export table-file tables table table-columns write-table discard-table"
        " undo-table folder-file folder merge-folder discard-folder undo-merge"
    },
    "organisation": {"people": "organisation siren features turn-feature add-unit try-again"},
    "access": {
        "people": "access",
        "steering": "calendars make-calendar revoke-calendar webhooks new-webhook webhook"
        " edit-webhook stop-webhook resume-webhook renew-webhook remove-webhook test-webhook"
        " send-again",
    },
    "security": {"people": "security security-export"},
}
SCREENS = {
    f"{namespace}:{name}": entry
    for entry, screens in _SCREENS.items()
    for namespace, names in screens.items()
    for name in names.split()
}


def entry_of(route: str) -> str:
    """Return the entry whose a screen is, `NOWHERE` for what only leads to others.

    Raises KeyError for a screen that no place was given.
    """
    return SCREENS.get(route) or _NAMESPACES[route.partition(":")[0]]


@dataclass(frozen=True, slots=True)
class Link:
    """A place or an entry as a page shows it."""

    words: Said
    url: str
    current: bool
    entries: tuple[Link, ...] = ()
    about: Said = ""


def navigation(request: OrganisationRequest) -> list[Link]:
    """Return the places that somebody sees here, each with its entries (no query)."""
    match = request.resolver_match
    here = entry_of(match.view_name) if match else NOWHERE
    return list(_places(request, here))


def _places(request: OrganisationRequest, here: str) -> Iterator[Link]:
    place_here = _PLACE_OF.get(here)
    for place in PLACES:
        entries = tuple(
            Link(entry.words, entry_url(request, entry), entry.name == here, about=entry.about)
            for entry in place.entries
            if _shows(request, place, entry)
        )
        if entries:
            yield Link(place.words, entries[0].url, place is place_here, entries)


def _shows(request: OrganisationRequest, place: Place, entry: Entry) -> bool:
    organisation = request.organisation
    away = organisation.put_away
    if place.features and all(one in away for one in place.features):
        return False
    if entry.feature is not None and entry.feature in away:
        return False
    if entry.large and organisation.is_simple:
        return False
    return entry.need is None or request.actor.holds(entry.need)


def entry_url(request: OrganisationRequest, entry: Entry) -> str:
    """Return where an entry leads: to the plan or the year of this page, else to the one of today.

    Which that is takes a query: the address asked for says so, and answers when it is followed.
    """
    slug = request.organisation.slug
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    if not entry.of:
        return reverse(entry.route, args=[slug])
    if entry.of == "plan" and "plan" in kwargs:
        return reverse(entry.route, args=[slug, kwargs["plan"]])
    address = reverse("finding:go", args=[slug, entry.name])
    return (
        f"{address}?year={kwargs['year']}" if entry.of == "year" and "year" in kwargs else address
    )


def year_at(request: OrganisationRequest, asked: str = "") -> int | None:
    """Return the exercice asked for if it is open, else that of today or the last; None of none."""
    known = years_of(request)
    wanted = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == 4 else None
    for year in (wanted, known.at(request.today)):
        if year in known.years:
            return year
    return max(known.years, default=None)
