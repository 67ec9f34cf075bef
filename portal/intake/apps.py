from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "portal.intake"
    label = "intake"

    def ready(self) -> None:
        from portal.cases.withdrawing import register_part
        from portal.intake.services.forgetting import forget

        register_part("intake", forget)
