from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "portulan.catalogue"
