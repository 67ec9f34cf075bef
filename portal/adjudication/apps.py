from django.apps import AppConfig


class AdjudicationConfig(AppConfig):
    name = "portal.adjudication"
    label = "adjudication"
