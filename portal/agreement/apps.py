from django.apps import AppConfig


class AgreementConfig(AppConfig):
    name = "portal.agreement"
    label = "agreement"

    def ready(self) -> None:
        from portal.agreement.services.forgetting import forget
        from portal.cases.withdrawing import register_part

        register_part("agreement", forget)
