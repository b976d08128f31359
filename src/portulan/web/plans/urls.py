from django.urls import path, register_converter

from portulan.web.plans.views import (
    action,
    commitments,
    corrections,
    edit,
    editions,
    history,
    indicators,
    listing,
    money,
    plans,
    votes,
)


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
    path("", listing.current, name="current"),
    path("new/", plans.create, name="create-plan"),
    path("<slug:plan>/", listing.plan, name="plan"),
    path("<slug:plan>/actions.csv", listing.export, name="export"),
    path("<slug:plan>/coverage/", listing.coverage, name="coverage"),
    path("<slug:plan>/states/", listing.states, name="states"),
    path("<slug:plan>/settings/", plans.settings, name="settings"),
    path("<slug:plan>/vote/", votes.vote, name="vote"),
    path("<slug:plan>/<kind:kind>/add/", plans.add_part, name="add-part"),
    path("<slug:plan>/<kind:kind>/<int:pk>/", plans.rename, name="rename-part"),
    path("<slug:plan>/<kind:kind>/<int:pk>/remove/", plans.remove, name="remove-part"),
    path("<slug:plan>/add/", edit.create, name="create-action"),
    path(ACTION, action.action, name="action"),
    path(ACTION + "update/", action.update, name="update"),
    path(ACTION + "undo/<int:entry>/", action.undo, name="undo"),
    path(ACTION + "edit/", edit.edit, name="edit-action"),
    path(ACTION + "pilot/", edit.pilot, name="pilot"),
    path(ACTION + "drop/", edit.drop, name="drop"),
    path(ACTION + "delete/", edit.delete, name="delete"),
    path(ACTION + "decide/", commitments.decision, name="decide"),
    path(
        ACTION + "decisions/<int:pk>/correct/",
        corrections.correct,
        name="correct-decision",
    ),
    path(ACTION + "deliverables/add/", commitments.deliverable, name="add-deliverable"),
    path(ACTION + "deliverables/<int:pk>/", commitments.deliverable, name="deliverable"),
    path(
        ACTION + "deliverables/<int:pk>/remove/",
        commitments.remove_deliverable_view,
        name="remove-deliverable",
    ),
    path(ACTION + "milestones/add/", commitments.milestone, name="add-milestone"),
    path(ACTION + "milestones/<int:pk>/", commitments.milestone, name="milestone"),
    path(
        ACTION + "milestones/<int:pk>/remove/",
        commitments.remove_milestone_view,
        name="remove-milestone",
    ),
    path(ACTION + "money/", money.money, name="money"),
    path(ACTION + "indicators/add/", indicators.add, name="add-indicator"),
    path(INDICATOR, indicators.page, name="indicator"),
    path(INDICATOR + "edit/", indicators.edit, name="edit-indicator"),
    path(INDICATOR + "target/", indicators.target, name="target"),
    path(INDICATOR + "target/<int:target>/remove/", indicators.remove_aim, name="remove-target"),
    path(INDICATOR + "measure/", indicators.reading, name="measure"),
    path(INDICATOR + "withdraw/<int:measurement>/", indicators.withdraw_reading, name="withdraw"),
    path(INDICATOR + "main/", indicators.first, name="main-indicator"),
    path(INDICATOR + "leave/", indicators.leave, name="leave-indicator"),
    path(ACTION + "editions/", editions.editions, name="editions"),
    path(ACTION + "editions/<int:practice>/<int:version>/", editions.answer, name="answer-edition"),
    path(ACTION + "history/", history.history, name="history"),
    path(ACTION + "history/<int:entry>/<str:field>/", history.restore, name="restore"),
]
