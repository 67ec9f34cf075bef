from django.apps import AppConfig


class ProtocolsConfig(AppConfig):
    name = "portal.protocols"
    label = "protocols"

    def ready(self) -> None:
        from portal.projects.setup import register_setup_step
        from portal.protocols.services.protocols import add_first_protocol

        register_setup_step(add_first_protocol)
