from django.apps import AppConfig


class ImpactConfig(AppConfig):
    name = "portulan.impact"
