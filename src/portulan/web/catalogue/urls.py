from django.urls import path
from django.utils.translation import gettext_lazy as _

from portulan.accounts.access import Operation
from portulan.accounts.features import Feature
from portulan.web.catalogue import choices, evidence, links
from portulan.web.catalogue.comparison import views as comparison_views
from portulan.web.catalogue.imports import views as imports_views
from portulan.web.catalogue.practices import views as practices_views
from portulan.web.finding.gesture import Gesture, Moment

app_name = "catalogue"
PRACTICE = "<int:version_id>/<str:code>/"
urlpatterns = [
    path("", practices_views.browse, name="browse"),
    path("editions/", imports_views.editions, name="editions"),
    path("editions/<int:version_id>.yaml", imports_views.export, name="export"),
    path("editions/<int:version_id>/remove/", imports_views.remove, name="remove-edition"),
    path("editions/add/<slug:name>/", imports_views.add, name="add-edition"),
    path("import/", imports_views.upload, name="upload"),
    path("import/<str:token>/", imports_views.preview, name="preview"),
    path("compare/", comparison_views.compare, name="compare"),
    path("compare/<int:old>/<int:new>/<str:code>/", comparison_views.successor, name="successor"),
    path("links/<int:pk>/remove/", links.remove, name="remove-link"),
    path("links/<int:pk>/restore/", links.restore, name="restore-link"),
    path(PRACTICE, practices_views.practice, name="practice"),
    path(PRACTICE + "undo/", choices.undo, {"back": "catalogue:practice"}, name="undo"),
    path(PRACTICE + "links/", links.add, name="add-link"),
    path(PRACTICE + "evidence/", evidence.give, name="give-evidence"),
]

GESTURES = [
    Gesture(
        Moment.PLAN,
        _("Choisir des bonnes pratiques"),
        "catalogue:browse",
        feature=Feature.CATALOGUE,
        also="guide référentiel RGESN REEN catalogue",
    ),
    Gesture(
        Moment.PLAN,
        _("Importer un référentiel"),
        "catalogue:upload",
        need=Operation.IMPORT_CATALOGUE,
        feature=Feature.CATALOGUE,
        also="édition catalogue",
    ),
]
