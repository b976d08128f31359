from django.urls import path

from portulan.web.catalogue import choices, evidence, links
from portulan.web.catalogue.comparison import views as comparison_views
from portulan.web.catalogue.imports import views as imports_views
from portulan.web.catalogue.practices import views as practices_views

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
