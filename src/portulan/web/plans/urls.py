from django.urls import path, register_converter

from portulan.web.plans import editions, history, money, plan, votes
from portulan.web.plans.actions import list as actions_list
from portulan.web.plans.actions import views as actions_views
from portulan.web.plans.commitments import views as commitments_views
from portulan.web.plans.indicators import views as indicators_views


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
INDICATOR = ACTION + "indicators/<int:pk>/"
urlpatterns = [
    path("", actions_list.current, name="current"),
    path("new/", plan.create, name="create-plan"),
    path("<slug:plan>/", actions_list.plan, name="plan"),
    path("<slug:plan>/actions.csv", actions_list.export, name="export"),
    path("<slug:plan>/coverage/", actions_list.coverage, name="coverage"),
    path("<slug:plan>/states/", actions_list.states, name="states"),
    path("<slug:plan>/settings/", plan.settings, name="settings"),
    path("<slug:plan>/vote/", votes.vote, name="vote"),
    path("<slug:plan>/<kind:kind>/add/", plan.add_part, name="add-part"),
    path("<slug:plan>/<kind:kind>/<int:pk>/", plan.rename, name="rename-part"),
    path("<slug:plan>/<kind:kind>/<int:pk>/remove/", plan.remove, name="remove-part"),
    path("<slug:plan>/add/", actions_views.create, name="create-action"),
    path(ACTION, actions_views.action, name="action"),
    path(ACTION + "update/", actions_views.update, name="update"),
    path(ACTION + "undo/<int:entry>/", actions_views.undo, name="undo"),
    path(ACTION + "edit/", actions_views.edit, name="edit-action"),
    path(ACTION + "pilot/", actions_views.pilot, name="pilot"),
    path(ACTION + "drop/", actions_views.drop, name="drop"),
    path(ACTION + "delete/", actions_views.delete, name="delete"),
    path(ACTION + "decide/", commitments_views.decision, name="decide"),
    path(
        ACTION + "decisions/<int:pk>/correct/",
        commitments_views.correct,
        name="correct-decision",
    ),
    *(
        path(f"{ACTION}{kind}s/{rest}", view, {"kind": kind}, name=f"{verb}{kind}")
        for kind in ("deliverable", "milestone")
        for rest, view, verb in (
            ("add/", commitments_views.part, "add-"),
            ("<int:pk>/", commitments_views.part, ""),
            ("<int:pk>/remove/", commitments_views.remove_part, "remove-"),
        )
    ),
    path(ACTION + "money/", money.money, name="money"),
    path(ACTION + "indicators/add/", indicators_views.add, name="add-indicator"),
    path(INDICATOR, indicators_views.page, name="indicator"),
    path(INDICATOR + "edit/", indicators_views.edit, name="edit-indicator"),
    path(INDICATOR + "target/", indicators_views.target, name="target"),
    path(
        INDICATOR + "target/<int:target>/remove/", indicators_views.remove_aim, name="remove-target"
    ),
    path(INDICATOR + "measure/", indicators_views.reading, name="measure"),
    path(
        INDICATOR + "withdraw/<int:measurement>/",
        indicators_views.withdraw_reading,
        name="withdraw",
    ),
    path(INDICATOR + "main/", indicators_views.first, name="main-indicator"),
    path(INDICATOR + "leave/", indicators_views.leave, name="leave-indicator"),
    path(ACTION + "editions/", editions.editions, name="editions"),
    path(ACTION + "editions/<int:practice>/<int:version>/", editions.answer, name="answer-edition"),
    path(ACTION + "history/", history.history, name="history"),
    path(ACTION + "history/<int:entry>/<str:field>/", history.restore, name="restore"),
]
