from django.apps import AppConfig


class AnnotationsConfig(AppConfig):
    name = "portal.annotations"
    label = "annotations"
