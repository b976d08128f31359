"""What Portulan can do besides: shown where it is asked for, put away where it is not."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.features import Feature
from portulan.accounts.models import Organisation
from portulan.accounts.writes import show_feature
from portulan.core.errors import NotFoundError
from portulan.publication.groups.members import asking
from portulan.web.pages import Act, Said, screen
from portulan.web.requests import OrganisationRequest

# What each is called, what it is for, and where it is.
WORDS: dict[Feature, tuple[Said, Said, str]] = {
    Feature.CATALOGUE: (
        _("Référentiel"),
        _("Les 59 bonnes pratiques du guide, à choisir une par une ou en atelier."),
        "catalogue:browse",
    ),
    Feature.ARBITRATION: (
        _("Arbitrage"),
        _("Choisir entre des actions sous une enveloppe, par scénarios."),
        "portfolio:browse",
    ),
    Feature.PROGRAMMES: (
        _("Autorisations et crédits (AP, AE, CP)"),
        _("Des montants votés pour plusieurs années, dotations et règles de fléchage."),
        "budget:programmes",
    ),
    Feature.UNITS: (
        _("Entités"),
        _("Les services ou directions qui se partagent les actions."),
        "people:add-unit",
    ),
    Feature.SEALS: (
        _("Sceaux"),
        _("Garder le plan tel qu’il a été voté, et montrer que rien n’y a bougé."),
        "plans:current",
    ),
    Feature.TOKENS: (
        _("Jetons"),
        _("Laisser un autre logiciel lire ou écrire ici."),
        "account",
    ),
    Feature.TABLES: (
        _("Tableurs"),
        _("Reprendre un plan tenu dans Excel, et le rendre."),
        "plans:current",
    ),
    Feature.IMPACT: (
        _("Empreinte"),
        _("Estimer ce que les actions épargnent d’énergie, de carbone, de déchets."),
        "plans:current",
    ),
    Feature.OBSERVATORY: (
        _("Observatoire"),
        _("L’informatique des collectivités, d’après leurs comptes publics."),
        "observatory:page",
    ),
    Feature.STEERING: (
        _("Comités et messages"),
        _("Préparer un comité, tenir sa séance, écrire aux pilotes chaque semaine."),
        "plans:current",
    ),
    Feature.DOCUMENTS: (
        _("Documents"),
        _("Sortir le bilan de l’année, le dossier d’un comité, et relire ceux qui sont gardés."),
        "documents:browse",
    ),
    Feature.GROUPS: (
        _("Groupe"),
        _("Montrer son plan à un syndicat ou à une intercommunalité, ou suivre ses membres."),
        "groups:page",
    ),
}
# What opens to other tools: its name, what it is for, where it is, and for whom.
ACCESS: tuple[tuple[Said, Said, str, Operation | None], ...] = (
    (
        _("Jetons"),
        _("Laisser un tableur, un script ou un assistant lire ou écrire ici, à votre place."),
        "tokens",
        Operation.MAKE_TOKEN,
    ),
    (
        _("Agendas"),
        _("Voir les échéances du plan dans votre agenda, tenues à jour."),
        "steering:calendars",
        None,
    ),
    (
        _("Webhooks"),
        _("Prévenir un autre outil quand quelque chose change ici."),
        "steering:webhooks",
        Operation.MANAGE,
    ),
)
# Said of it when somebody asks for it from outside.
ASKED = {Feature.GROUPS}


@require_GET
def features(request: OrganisationRequest) -> HttpResponse:
    request.actor.require_any(Operation.READ_PLAN)
    away = request.organisation.put_away
    asked = Feature.GROUPS in away and bool(asking(request.actor))
    rows = [
        (
            feature,
            name,
            _("Un groupe vous compte parmi ses membres.") if asked and feature in ASKED else why,
            feature.value not in away,
            # Who may not make a unit has no screen of units of their own.
            _address(request, where)
            if feature is not Feature.UNITS or request.actor.holds(Operation.MANAGE)
            else "",
        )
        for feature, (name, why, where) in WORDS.items()
    ]
    return render(request, "people/features.html", {"rows": rows})


@require_GET
def access(request: OrganisationRequest) -> HttpResponse:
    """What lets another tool in, or tells it: tokens, calendars, webhooks, each on its page."""
    request.actor.require_any(Operation.READ_PLAN)
    rows = [
        (name, why, _address(request, where))
        for name, why, where, need in ACCESS
        if need is None or request.actor.holds(need)
    ]
    return render(request, "people/access.html", {"rows": rows})


def _address(request: OrganisationRequest, name: str) -> str:
    try:
        return reverse(name, args=[request.organisation.slug])
    except NoReverseMatch:
        return reverse(name)


@screen
def turn(request: OrganisationRequest, feature: str) -> Act[Organisation]:
    """Show a feature, or put it away again."""
    request.actor.require(Operation.MANAGE)
    if feature not in {one.value for one in WORDS}:
        raise NotFoundError(feature)
    shown = feature in request.organisation.put_away
    name = WORDS[Feature(feature)][0]
    words = _("« %(name)s » est montré.") if shown else _("« %(name)s » est rangé.")
    return Act(
        write=lambda: show_feature(request.actor, feature=Feature(feature), shown=shown),
        done=words % {"name": name},
        back=reverse("people:features", args=[request.organisation.slug]),
    )
