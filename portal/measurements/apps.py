from django.apps import AppConfig


class MeasurementsConfig(AppConfig):
    name = "portal.measurements"
    label = "measurements"

    def ready(self) -> None:
        from portal.cases.withdrawing import register_part
        from portal.measurements.services.calibration import calibrate
        from portal.measurements.services.forgetting import forget
        from portal.reads.hooks import ReadEvent, register_read_hook

        register_part("measurements", forget)
        register_read_hook(ReadEvent.SUBMITTED, calibrate)
