from django.apps import AppConfig


class AdjudicationConfig(AppConfig):
    name = "portal.adjudication"
    label = "adjudication"

    def ready(self) -> None:
        from portal.adjudication.services.opening import void_open_adjudication
        from portal.reads.hooks import ReadEvent, register_read_hook

        register_read_hook(ReadEvent.WITHDRAWN, void_open_adjudication)
