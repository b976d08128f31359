from django.urls import path, register_converter
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.accounts.features import Feature
from portulan.web.finding.gesture import Gesture, Moment
from portulan.web.plans import (
    board,
    editions,
    evidence,
    history,
    mine,
    money,
    plan,
    relations,
    saved_views,
    stakeholders,
    timeline,
    tools,
    units,
    votes,
)
from portulan.web.plans.actions import list as actions_list
from portulan.web.plans.actions import views as actions
from portulan.web.plans.commitments import views as commitments
from portulan.web.plans.grid import views as grid
from portulan.web.plans.indicators import units as indicator_units
from portulan.web.plans.indicators import views as indicators
from portulan.web.plans.readings import views as readings
from portulan.web.plans.renewal import views as renewal
from portulan.web.plans.rooms import screen as rooms
from portulan.web.plans.starters import views as starters
from portulan.web.plans.tables import views as tables
from portulan.web.plans.workshop import views as workshop
from portulan.web.publication.plan_files import views as folders


class PartKind:
    """The two lists of a plan's settings."""

    regex = "goals|axes"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PartKind, "kind")
app_name = "plans"
ACTION = "<slug:plan>/<int:number>/"
WORKSHOP = "<slug:plan>/workshop/<int:version>/"
DELIVERABLE, MILESTONE = ACTION + "deliverables/", ACTION + "milestones/"
INDICATOR = ACTION + "indicators/<int:pk>/"
urlpatterns = [
    path("", actions_list.current, name="current"),
    path("new/", plan.create, name="create-plan"),
    path("new/from/<str:key>/", starters.start, name="from-starter"),
    path("new/table/", tables.first_table, name="first-table"),
    path("<slug:plan>/", actions_list.plan, name="plan"),
    path("<slug:plan>/actions.csv", actions_list.export, name="export"),
    path("<slug:plan>/table.<str:kind>", tables.export, name="table-file"),
    path("<slug:plan>/tables/", tables.tables, name="tables"),
    path("<slug:plan>/tables/<int:pk>/", tables.table, name="table"),
    path("<slug:plan>/tables/<int:pk>/columns/", tables.columns, name="table-columns"),
    path("<slug:plan>/tables/<int:pk>/write/", tables.write, name="write-table"),
    path("<slug:plan>/tables/<int:pk>/discard/", tables.discard, name="discard-table"),
    path("<slug:plan>/tables/<int:pk>/undo/", tables.undo, name="undo-table"),
    path("<slug:plan>/tools/", tools.page, name="tools"),
    path("<slug:plan>/tools/<slug:tool>.xlsx", tools.file, name="tool-file"),
    path("<slug:plan>/folder.zip", folders.file, name="folder-file"),
    path("<slug:plan>/folder/", folders.folder, name="folder"),
    path("<slug:plan>/folder/merge/", folders.merge, name="merge-folder"),
    path("<slug:plan>/folder/discard/", folders.discard, name="discard-folder"),
    path("<slug:plan>/folder/undo/", folders.undo, name="undo-merge"),
    path("<slug:plan>/grid/", grid.grid, name="grid"),
    path("<slug:plan>/grid/apply/", grid.apply, name="apply-grid"),
    path("<slug:plan>/grid/paste/", grid.paste, name="paste-grid"),
    path("<slug:plan>/grid/columns/", grid.columns, name="grid-columns"),
    path("<slug:plan>/grid/<int:pk>/undo/", grid.undo, name="undo-grid"),
    path("<slug:plan>/readings/", readings.readings, name="readings"),
    path("<slug:plan>/readings/apply/", readings.apply, name="apply-readings"),
    path("<slug:plan>/readings/file/", readings.read_file, name="read-readings"),
    path("<slug:plan>/readings/<int:pk>/undo/", readings.undo, name="undo-readings"),
    path("<slug:plan>/readings.<str:kind>", readings.export, name="readings-file"),
    path("<slug:plan>/board/", board.board, name="board"),
    path("<slug:plan>/timeline/", timeline.timeline, name="timeline"),
    path("<slug:plan>/units/", units.units, name="units"),
    path("<slug:plan>/units/days/", units.days, name="unit-days"),
    path("<slug:plan>/matrix/", board.matrix, name="matrix"),
    path("<slug:plan>/mine/", mine.mine, name="mine"),
    path("<slug:plan>/views/save/", saved_views.save, name="save-view"),
    path("<slug:plan>/views/<int:pk>/remove/", saved_views.remove, name="remove-view"),
    path("<slug:plan>/coverage/", actions_list.coverage, name="coverage"),
    path("<slug:plan>/states/", actions_list.states, name="states"),
    path("<slug:plan>/settings/", plan.settings, name="settings"),
    path("<slug:plan>/stakeholders/", stakeholders.stakeholder, name="stakeholders"),
    path("<slug:plan>/stakeholders/<int:pk>/", stakeholders.stakeholder, name="stakeholder"),
    path(
        "<slug:plan>/stakeholders/<int:pk>/remove/", stakeholders.remove, name="remove-stakeholder"
    ),
    path("<slug:plan>/workshop/", workshop.start, name="start-workshop"),
    path(WORKSHOP, workshop.workshop, name="workshop"),
    path(WORKSHOP + "kept/", workshop.kept, name="workshop-kept"),
    path(WORKSHOP + "undo/", workshop.undo, name="undo-answers"),
    path(WORKSHOP + "theme/<str:theme>/", workshop.rest, name="workshop-rest"),
    path(WORKSHOP + "at/<str:code>/", workshop.step, name="workshop-step"),
    path(WORKSHOP + "at/<str:code>/show/", rooms.lead, name="lead-room"),
    path(WORKSHOP + "room/", rooms.room, name="workshop-room"),
    path(WORKSHOP + "room/open/", rooms.start, name="open-room"),
    path(WORKSHOP + "room/close/", rooms.close, name="close-room"),
    path("<slug:plan>/renew/", renewal.renew, name="renew-plan"),
    path("<slug:plan>/duplicate/", renewal.duplicate, name="duplicate-plan"),
    path("<slug:plan>/balance/", renewal.balance, name="balance"),
    path("<slug:plan>/vote/", votes.vote, name="vote"),
    path("<slug:plan>/<kind:kind>/add/", plan.add_part, name="add-part"),
    path("<slug:plan>/<kind:kind>/<int:pk>/", plan.rename, name="rename-part"),
    path("<slug:plan>/<kind:kind>/<int:pk>/remove/", plan.remove, name="remove-part"),
    path("<slug:plan>/add/", actions.create, name="create-action"),
    path(ACTION, actions.action, name="action"),
    path(ACTION + "update/", actions.update, name="update"),
    path(ACTION + "undo/<int:entry>/", actions.undo, name="undo"),
    path(ACTION + "edit/", actions.edit, name="edit-action"),
    path(ACTION + "pilot/", actions.pilot, name="pilot"),
    path(ACTION + "drop/", actions.drop, name="drop"),
    path(ACTION + "delete/", actions.delete, name="delete"),
    path(ACTION + "decide/", commitments.decision, name="decide"),
    path(
        ACTION + "decisions/<int:pk>/correct/",
        commitments.correct,
        name="correct-decision",
    ),
    path(DELIVERABLE + "add/", commitments.part, {"kind": "deliverable"}, name="add-deliverable"),
    path(DELIVERABLE + "<int:pk>/", commitments.part, {"kind": "deliverable"}, name="deliverable"),
    path(
        DELIVERABLE + "<int:pk>/remove/",
        commitments.remove_part,
        {"kind": "deliverable"},
        name="remove-deliverable",
    ),
    path(MILESTONE + "add/", commitments.part, {"kind": "milestone"}, name="add-milestone"),
    path(MILESTONE + "<int:pk>/", commitments.part, {"kind": "milestone"}, name="milestone"),
    path(
        MILESTONE + "<int:pk>/remove/",
        commitments.remove_part,
        {"kind": "milestone"},
        name="remove-milestone",
    ),
    path(ACTION + "evidence/add/", evidence.give, name="give-evidence"),
    path(
        ACTION + "evidence/<int:piece>/<str:key>/remove/",
        evidence.take_back,
        name="take-evidence-back",
    ),
    path(ACTION + "ties/add/", relations.add_tie, name="add-tie"),
    path(ACTION + "ties/<int:pk>/remove/", relations.remove_tie, name="remove-tie"),
    path(ACTION + "notes/add/", relations.note, name="add-note"),
    path(ACTION + "notes/<int:pk>/", relations.note, name="note"),
    path(ACTION + "notes/<int:pk>/remove/", relations.drop_note, name="remove-note"),
    path(ACTION + "money/", money.money, name="money"),
    path(ACTION + "indicators/add/", indicators.add, name="add-indicator"),
    path(INDICATOR, indicators.page, name="indicator"),
    path(INDICATOR + "edit/", indicators.edit, name="edit-indicator"),
    path(INDICATOR + "target/", indicators.target, name="target"),
    path(INDICATOR + "target/<int:target>/remove/", indicators.remove_aim, name="remove-target"),
    path(INDICATOR + "target/<int:target>/judge/", indicators.judge, name="judge-target"),
    path(INDICATOR + "units/", indicator_units.units, name="indicator-units"),
    path(INDICATOR + "measure/", indicators.reading, name="measure"),
    path(
        INDICATOR + "withdraw/<int:measurement>/",
        indicators.withdraw_reading,
        name="withdraw",
    ),
    path(INDICATOR + "aside/<int:measurement>/", indicators.aside, name="refuse-reading"),
    path(INDICATOR + "keep/<int:measurement>/", indicators.keep, name="keep-reading"),
    path(INDICATOR + "main/", indicators.first, name="main-indicator"),
    path(INDICATOR + "leave/", indicators.leave, name="leave-indicator"),
    path(ACTION + "editions/", editions.editions, name="editions"),
    path(ACTION + "editions/<int:practice>/<int:version>/", editions.answer, name="answer-edition"),
    path(ACTION + "history/", history.history, name="history"),
    path(ACTION + "history/<int:entry>/<str:field>/", history.restore, name="restore"),
]

GESTURES = [
    Gesture(
        Moment.WEEKLY,
        _("Voir ce qui m’attend"),
        "plans:mine",
        "plan",
        also="mes actions my actions",
    ),
    Gesture(
        Moment.WEEKLY,
        _("Donner des nouvelles d’une action"),
        "plans:mine",
        "plan",
        Operation.UPDATE_ACTION,
        also="avancement progress update mettre à jour",
    ),
    Gesture(
        Moment.WEEKLY,
        _("Ajouter un relevé à un indicateur"),
        "plans:readings",
        "plan",
        Operation.UPDATE_ACTION,
        also="mesure valeur chiffre measurement value",
    ),
    Gesture(
        Moment.WEEKLY,
        _("Changer plusieurs actions à la fois"),
        "plans:grid",
        "plan",
        Operation.EDIT_PLAN,
        also="grille bulk grid",
    ),
    Gesture(
        Moment.PLAN,
        _("Ajouter une action"),
        "plans:create-action",
        "plan",
        Operation.EDIT_PLAN,
        also="créer nouvelle mesure create",
    ),
    Gesture(
        Moment.PLAN,
        _("Ouvrir un autre plan"),
        "plans:create-plan",
        need=Operation.EDIT_PLAN,
        also="second nouveau créer create new",
    ),
    Gesture(
        Moment.PLAN,
        _("Partir d’un plan tout prêt"),
        "all-plans",
        need=Operation.EDIT_PLAN,
        also="modèle template",
    ),
    Gesture(
        Moment.PLAN,
        _("Reprendre mon plan depuis un tableur"),
        "plans:tables",
        "plan",
        Operation.EDIT_PLAN,
        Feature.TABLES,
        "excel importer import spreadsheet ods csv grist",
    ),
    Gesture(
        Moment.PLAN,
        _("Porter le plan vers un autre outil"),
        "plans:tools",
        "plan",
        feature=Feature.TABLES,
        also="exporter export TeT Territoires en Transitions GPC-ONR éco-clic Grist",
    ),
    Gesture(
        Moment.PLAN,
        _("Tenir un atelier à plusieurs"),
        "plans:start-workshop",
        "plan",
        Operation.EDIT_PLAN,
        Feature.CATALOGUE,
        "workshop salle",
    ),
    Gesture(
        Moment.PLAN,
        _("Nommer ou changer un pilote"),
        "plans:grid",
        "plan",
        Operation.EDIT_PLAN,
        also="responsable vacant owner",
    ),
    Gesture(
        Moment.PLAN,
        _("Régler les axes, les objectifs et les années"),
        "plans:settings",
        "plan",
        Operation.EDIT_PLAN,
        also="réglages settings goals",
    ),
    Gesture(
        Moment.PLAN,
        _("Inscrire un acteur du territoire"),
        "plans:stakeholders",
        "plan",
        Operation.EDIT_PLAN,
        also="partenaire partner stakeholder",
    ),
    Gesture(
        Moment.PLAN,
        _("Renouveler le plan"),
        "plans:renew-plan",
        "plan",
        Operation.EDIT_PLAN,
        also="suivant next prolonger",
    ),
    Gesture(
        Moment.PLAN,
        _("Dupliquer le plan"),
        "plans:duplicate-plan",
        "plan",
        Operation.EDIT_PLAN,
        also="copier copy",
    ),
    Gesture(
        Moment.PLAN,
        _("Voir qui agit sur quoi"),
        "plans:coverage",
        "plan",
        also="couverture thématique theme",
    ),
    Gesture(
        Moment.PLAN,
        _("Comprendre les états : en retard, sans nouvelle…"),
        "plans:states",
        "plan",
        also="règles rules late stale",
    ),
    Gesture(
        Moment.COMMITTEE,
        _("Enregistrer le vote du plan"),
        "plans:vote",
        "plan",
        Operation.DECIDE,
        also="adopter délibération assemblée adopt",
    ),
    Gesture(
        Moment.COMMITTEE,
        _("Faire le bilan du plan"),
        "plans:balance",
        "plan",
        also="conclure fin balance",
    ),
    Gesture(
        Moment.PLAN,
        _("Placer les actions par impact et effort"),
        "plans:matrix",
        "plan",
        also="matrice matrix",
    ),
    Gesture(
        Moment.KEEP,
        _("Emporter le plan dans un tableur"),
        "plans:tables",
        "plan",
        feature=Feature.TABLES,
        also="excel exporter export xlsx ods csv",
    ),
    Gesture(
        Moment.KEEP,
        _("Emporter le plan en textes"),
        "plans:folder",
        "plan",
        feature=Feature.TABLES,
        also="dossier folder git zip",
    ),
]
