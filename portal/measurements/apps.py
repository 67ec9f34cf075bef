from django.apps import AppConfig


class MeasurementsConfig(AppConfig):
    name = "portal.measurements"
    label = "measurements"
