from django.apps import AppConfig


class ProtocolsConfig(AppConfig):
    name = "portal.protocols"
    label = "protocols"

    def ready(self) -> None:
        from portal.projects.setup import register_setup_step
        from portal.protocols.services.protocols import add_default_protocol

        register_setup_step(add_default_protocol)
