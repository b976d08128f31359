from django.urls import path

from portulan.web.impact.views import (
    action,
    estimates,
    factors,
    files,
    importing,
    money,
    plan,
    social,
)

app_name = "impact"
PLAN = "plans/<slug:plan>/"
ACTION = PLAN + "<int:number>/"
ESTIMATE = ACTION + "<int:pk>/"
FACTOR = "factors/<str:name>/"
urlpatterns = [
    path(PLAN, plan.impact, name="plan"),
    path(PLAN + "money/", money.money, name="money"),
    path(ACTION, action.effects, name="action"),
    path(ACTION + "new/", estimates.choose, name="choose"),
    path(ACTION + "new/<slug:archetype>/", estimates.new, name="new"),
    path(ACTION + "file/", files.upload, name="file"),
    path(ACTION + "file/lives/", files.lives, name="lives"),
    path(ACTION + "file/record/", files.record, name="record-file"),
    path(ACTION + "effects/add/", social.state, name="add-social"),
    path(ACTION + "effects/<int:pk>/", social.state, name="social"),
    path(ACTION + "effects/<int:pk>/remove/", social.remove, name="remove-social"),
    path(ESTIMATE, estimates.page, name="estimate"),
    path(ESTIMATE + "request.json", estimates.export, name="export-request"),
    path(ESTIMATE + "withdraw/", estimates.withdraw, name="withdraw"),
    path(ESTIMATE + "restore/", estimates.restore, name="restore"),
    path("factors/", factors.browse, name="factors"),
    path("factors/give/", factors.give, name="give-new"),
    path("factors/import/", importing.upload, name="import-factors"),
    path("factors/import/record/", importing.record, name="record-import"),
    path(FACTOR, factors.page, name="factor"),
    path(FACTOR + "give/", factors.give, name="give"),
    path(FACTOR + "withdraw/", factors.withdraw, name="withdraw-factor"),
]
