from django.apps import AppConfig


class ProtocolsConfig(AppConfig):
    name = "portal.protocols"
    label = "protocols"
