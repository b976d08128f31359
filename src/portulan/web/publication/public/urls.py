from django.urls import include, path

from portulan.web.publication.public import views

pages = [
    path("", views.page, name="page"),
    path("actions/", views.actions, name="actions"),
    path("actions/<int:page>/", views.actions, name="actions-page"),
    path("corrections/", views.corrections, name="corrections"),
    path("documents/<int:pk>/", views.document, name="document"),
    path("editions/", views.editions, name="editions"),
    path("editions/<int:rank>/", views.edition, name="edition"),
    path("figures/<slug:seal>/", views.figure, name="figure"),
    path("report/", views.report, name="report"),
    path("report/<slug:token>/", views.report_answer, name="report-answer"),
    path("share/", views.share, name="share"),
]
app_name = "public"
urlpatterns = [
    path("", include(pages), {"lang": "fr"}),
    path("en/", include(pages), {"lang": "en"}),
    path("data/<str:name>", views.data, name="data"),
    path("documents/<int:pk>.<slug:suffix>", views.document_file, name="document-file"),
    path("figures/<slug:seal>.json", views.figure_file, name="figure-file"),
]
