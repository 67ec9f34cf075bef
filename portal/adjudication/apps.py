from django.apps import AppConfig


class AdjudicationConfig(AppConfig):
    name = "portal.adjudication"
    label = "adjudication"

    def ready(self) -> None:
        from portal.adjudication.services.forgetting import forget
        from portal.adjudication.services.opening import void_open_adjudication
        from portal.cases.withdrawing import register_part
        from portal.reads.hooks import ReadEvent, register_read_hook

        register_read_hook(ReadEvent.WITHDRAWN, void_open_adjudication)
        register_part("adjudication", forget)
