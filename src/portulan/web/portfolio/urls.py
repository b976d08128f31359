"""The addresses of what is read of an arbitration."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.accounts.features import Feature
from portulan.web.finding.gesture import Gesture, Moment
from portulan.web.portfolio import (
    abatement,
    applying,
    envelopes,
    fairness,
    from_plan,
    matrix,
    rules,
    solving,
    targets,
)
from portulan.web.portfolio.candidates import views as candidates_views
from portulan.web.portfolio.results import compare, what_if, why
from portulan.web.portfolio.results import views as results_views
from portulan.web.portfolio.room import views as room
from portulan.web.portfolio.scenarios import table
from portulan.web.portfolio.scenarios import views as scenarios_views

app_name = "portfolio"
_OF_RESULTS = [
    path("matrix/", matrix.matrix, name="matrix"),
    path("abatement/", abatement.abatement, name="abatement"),
    path("compare/", compare.compare, name="compare"),
    path("<slug:slug>/result/", results_views.result, name="result"),
    path("<slug:slug>/result/why/<str:candidate>/", why.why, name="why"),
    path("<slug:slug>/result/what-if/", what_if.what_if, name="what-if"),
]
urlpatterns = [
    path("", scenarios_views.browse, name="browse"),
    path("new/", scenarios_views.new, name="new"),
    *_OF_RESULTS,
    path("<slug:slug>/", table.scenario, name="scenario"),
    path("<slug:slug>/problem.json", table.problem, name="problem"),
    path("<slug:slug>/fill/", from_plan.fill, name="fill"),
    path("<slug:slug>/settings/", scenarios_views.settings, name="settings"),
    path("<slug:slug>/duplicate/", scenarios_views.duplicate, name="duplicate"),
    path("<slug:slug>/keep/", scenarios_views.keep, name="keep"),
    path("<slug:slug>/delete/", scenarios_views.delete, name="delete"),
    path("<slug:slug>/candidates/add/", candidates_views.add, name="add-candidate"),
    path("<slug:slug>/candidates/<int:pk>/", candidates_views.candidate, name="candidate"),
    path(
        "<slug:slug>/candidates/<int:pk>/remove/", candidates_views.remove, name="remove-candidate"
    ),
    path("<slug:slug>/candidates/<int:pk>/<int:number>/", candidates_views.level, name="level"),
    path(
        "<slug:slug>/candidates/<int:pk>/<int:number>/remove/",
        candidates_views.remove_one_level,
        name="remove-level",
    ),
    path("<slug:slug>/envelopes/", envelopes.envelopes, name="envelopes"),
    path("<slug:slug>/envelopes/new/", envelopes.envelope, name="new-envelope"),
    path("<slug:slug>/envelopes/<slug:name>/", envelopes.envelope, name="envelope"),
    path("<slug:slug>/envelopes/<slug:name>/drop/", envelopes.drop_envelope, name="drop-envelope"),
    path("<slug:slug>/targets/", targets.targets, name="targets"),
    path("<slug:slug>/fairness/", fairness.fairness, name="fairness"),
    path("<slug:slug>/room/", room.room, name="room"),
    path("<slug:slug>/room/open/", room.start, name="open-vote"),
    path("<slug:slug>/room/close/", room.close, name="close-vote"),
    path("<slug:slug>/room/votes.pb", room.ballots, name="votes"),
    path("<slug:slug>/rules/", rules.rules, name="rules"),
    path("<slug:slug>/rules/new/<slug:kind>/", rules.rule, name="rule"),
    path("<slug:slug>/rules/<int:pk>/", rules.edit, name="edit-rule"),
    path("<slug:slug>/rules/<int:pk>/drop/", rules.drop_rule, name="drop-rule"),
    path("<slug:slug>/compute/", solving.compute, name="compute"),
    path("<slug:slug>/explain/", solving.explain, name="explain"),
    path("<slug:slug>/task/", solving.task, name="task"),
    path("<slug:slug>/cancel/", solving.cancel, name="cancel"),
    path("<slug:slug>/apply/", applying.apply, name="apply"),
    path("<slug:slug>/applications/<int:pk>/undo/", applying.undo, name="undo"),
]

GESTURES = [
    Gesture(
        Moment.CHOICE,
        _("Arbitrer sous une enveloppe"),
        "portfolio:new",
        need=Operation.EDIT_SCENARIO,
        feature=Feature.ARBITRATION,
        also="scénario choisir optimiser scenario",
    ),
    Gesture(
        Moment.CHOICE,
        _("Chercher le plan le moins cher qui atteint des objectifs"),
        "portfolio:new",
        need=Operation.EDIT_SCENARIO,
        feature=Feature.ARBITRATION,
        also="scénario but objectif plancher arbitrage inverse cible moindre coût",
    ),
    Gesture(
        Moment.CHOICE,
        _("Faire voter une salle sous une enveloppe"),
        "portfolio:browse",
        need=Operation.ROOM_CHOICE,
        feature=Feature.ARBITRATION,
        also="vote participatif parts égales approbation points téléphones consultation",
    ),
    Gesture(
        Moment.CHOICE,
        _("Relire un arbitrage"),
        "portfolio:browse",
        need=Operation.READ_SCENARIO,
        feature=Feature.ARBITRATION,
        also="scénario sélection résultat",
    ),
]
