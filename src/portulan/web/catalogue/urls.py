from django.urls import path

from portulan.web.catalogue.views import browse, comparison, editions, links, practice, workshop

app_name = "catalogue"
urlpatterns = [
    path("", browse.browse, name="browse"),
    path("editions/", editions.editions, name="editions"),
    path("editions/<int:version_id>.yaml", editions.export, name="export"),
    path("editions/<int:version_id>/remove/", editions.remove, name="remove-edition"),
    path("import/", editions.upload, name="upload"),
    path("import/<str:token>/", editions.preview, name="preview"),
    path("compare/", comparison.compare, name="compare"),
    path("compare/<int:old>/<int:new>/<str:code>/", comparison.successor, name="successor"),
    path("links/<int:pk>/remove/", links.remove, name="remove-link"),
    path("links/<int:pk>/restore/", links.restore, name="restore-link"),
    path("workshop/<int:version_id>/", workshop.overview, name="workshop"),
    path("workshop/<int:version_id>/<str:code>/", workshop.step, name="step"),
    path("workshop/<int:version_id>/<str:code>/undo/", workshop.undo, name="undo-step"),
    path("<int:version_id>/<str:code>/", practice.practice, name="practice"),
    path("<int:version_id>/<str:code>/undo/", practice.undo, name="undo"),
    path("<int:version_id>/<str:code>/links/", links.add, name="add-link"),
]
