from django.apps import AppConfig


class AgreementConfig(AppConfig):
    name = "portal.agreement"
    label = "agreement"
