from django.urls import path

from portulan.web.portfolio import reading_urls
from portulan.web.portfolio.views import (
    applying,
    candidates,
    computing,
    envelopes,
    filling,
    rules,
    scenarios,
    table,
)

app_name = "portfolio"
urlpatterns = [
    path("", scenarios.browse, name="browse"),
    path("new/", scenarios.new, name="new"),
    *reading_urls.urlpatterns,
    path("<slug:slug>/", table.scenario, name="scenario"),
    path("<slug:slug>/problem.json", table.problem, name="problem"),
    path("<slug:slug>/fill/", filling.fill, name="fill"),
    path("<slug:slug>/settings/", scenarios.settings, name="settings"),
    path("<slug:slug>/duplicate/", scenarios.duplicate, name="duplicate"),
    path("<slug:slug>/keep/", scenarios.keep, name="keep"),
    path("<slug:slug>/delete/", scenarios.delete, name="delete"),
    path("<slug:slug>/candidates/add/", candidates.add, name="add-candidate"),
    path("<slug:slug>/candidates/<int:pk>/", candidates.candidate, name="candidate"),
    path("<slug:slug>/candidates/<int:pk>/remove/", candidates.remove, name="remove-candidate"),
    path("<slug:slug>/candidates/<int:pk>/<int:number>/", candidates.level, name="level"),
    path(
        "<slug:slug>/candidates/<int:pk>/<int:number>/remove/",
        candidates.remove_one_level,
        name="remove-level",
    ),
    path("<slug:slug>/envelopes/", envelopes.envelopes, name="envelopes"),
    path("<slug:slug>/envelopes/new/", envelopes.envelope, name="new-envelope"),
    path("<slug:slug>/envelopes/<slug:name>/", envelopes.envelope, name="envelope"),
    path("<slug:slug>/envelopes/<slug:name>/drop/", envelopes.drop_envelope, name="drop-envelope"),
    path("<slug:slug>/rules/", rules.rules, name="rules"),
    path("<slug:slug>/rules/new/<slug:kind>/", rules.rule, name="rule"),
    path("<slug:slug>/rules/<int:pk>/", rules.edit, name="edit-rule"),
    path("<slug:slug>/rules/<int:pk>/drop/", rules.drop_rule, name="drop-rule"),
    path("<slug:slug>/compute/", computing.compute, name="compute"),
    path("<slug:slug>/explain/", computing.explain, name="explain"),
    path("<slug:slug>/task/", computing.task, name="task"),
    path("<slug:slug>/cancel/", computing.cancel, name="cancel"),
    path("<slug:slug>/apply/", applying.apply, name="apply"),
    path("<slug:slug>/applications/<int:pk>/undo/", applying.undo, name="undo"),
]
