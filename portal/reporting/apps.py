from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "portal.reporting"
    label = "reporting"

    def ready(self) -> None:
        from portal.cases.withdrawing import register_part
        from portal.reporting.services.forgetting import forget

        register_part("reporting", forget)
