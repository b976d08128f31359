"""The addresses of what is read of an arbitration."""

from django.urls import path

from portulan.web.portfolio.views import abatement, compare, matrix, result, what_if, why

urlpatterns = [
    path("matrix/", matrix.matrix, name="matrix"),
    path("abatement/", abatement.abatement, name="abatement"),
    path("compare/", compare.compare, name="compare"),
    path("<slug:slug>/result/", result.result, name="result"),
    path("<slug:slug>/result/why/<str:candidate>/", why.why, name="why"),
    path("<slug:slug>/result/what-if/", what_if.what_if, name="what-if"),
]
