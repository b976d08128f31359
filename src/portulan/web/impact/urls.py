from django.urls import path
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.accounts.features import Feature
from portulan.web.finding.gesture import Gesture, Moment
from portulan.web.impact import effects, social
from portulan.web.impact.estimates import files, inventories
from portulan.web.impact.estimates import views as estimates_views
from portulan.web.impact.factors import imports
from portulan.web.impact.factors import views as factors_views

app_name = "impact"
PLAN = "plans/<slug:plan>/"
ACTION = PLAN + "<int:number>/"
ESTIMATE = ACTION + "<int:pk>/"
FACTOR = "factors/<str:name>/"
urlpatterns = [
    path(PLAN, effects.plan, name="plan"),
    path(PLAN + "money/", effects.money, name="money"),
    path(ACTION, effects.action, name="action"),
    path(ACTION + "new/", estimates_views.choose, name="choose"),
    path(ACTION + "new/<slug:archetype>/", estimates_views.new, name="new"),
    path(ACTION + "file/", files.upload, name="file"),
    path(ACTION + "file/lives/", files.lives, name="lives"),
    path(ACTION + "file/record/", files.record, name="record-file"),
    path(ACTION + "inventory/<int:source>/", inventories.take, name="inventory"),
    path(ACTION + "effects/add/", social.state, name="add-social"),
    path(ACTION + "effects/<int:pk>/", social.state, name="social"),
    path(ACTION + "effects/<int:pk>/remove/", social.remove, name="remove-social"),
    path(ESTIMATE, estimates_views.page, name="estimate"),
    path(ESTIMATE + "request.json", estimates_views.export, name="export-request"),
    path(ESTIMATE + "withdraw/", estimates_views.withdraw, name="withdraw"),
    path(ESTIMATE + "restore/", estimates_views.restore, name="restore"),
    path("factors/", factors_views.browse, name="factors"),
    path("factors/give/", factors_views.give, name="give-new"),
    path("factors/import/", imports.upload, name="import-factors"),
    path("factors/import/record/", imports.record, name="record-import"),
    path(FACTOR, factors_views.page, name="factor"),
    path(FACTOR + "give/", factors_views.give, name="give"),
    path(FACTOR + "withdraw/", factors_views.withdraw, name="withdraw-factor"),
]

GESTURES = [
    Gesture(
        Moment.EFFECTS,
        _("Voir l’empreinte du plan"),
        "impact:plan",
        "plan",
        feature=Feature.IMPACT,
        also="effets carbone co2 footprint impact",
    ),
    Gesture(
        Moment.EFFECTS,
        _("Mettre en regard effets et argent"),
        "impact:money",
        "plan",
        feature=Feature.IMPACT,
        also="coût cost euro",
    ),
    Gesture(
        Moment.EFFECTS,
        _("Changer un facteur d’impact"),
        "impact:factors",
        feature=Feature.IMPACT,
        also="carbone factor",
    ),
    Gesture(
        Moment.EFFECTS,
        _("Importer des facteurs d’impact"),
        "impact:import-factors",
        need=Operation.EDIT_FACTORS,
        feature=Feature.IMPACT,
        also="fichier factor",
    ),
]
