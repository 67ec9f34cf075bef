from django.apps import AppConfig


class ModelhubConfig(AppConfig):
    name = "portal.modelhub"
    label = "modelhub"
