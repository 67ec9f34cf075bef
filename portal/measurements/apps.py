from django.apps import AppConfig


class MeasurementsConfig(AppConfig):
    name = "portal.measurements"
    label = "measurements"

    def ready(self) -> None:
        from portal.cases.withdrawing import register_part
        from portal.measurements.services.forgetting import forget

        register_part("measurements", forget)
