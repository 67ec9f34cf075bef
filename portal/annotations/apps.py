from django.apps import AppConfig


class AnnotationsConfig(AppConfig):
    name = "portal.annotations"
    label = "annotations"

    def ready(self) -> None:
        from portal.annotations.services.drafts import copy_newest_draft
        from portal.annotations.services.forgetting import forget
        from portal.cases.withdrawing import register_part
        from portal.reads.hooks import ReadEvent, register_read_hook

        register_read_hook(ReadEvent.ASSIGNED, copy_newest_draft)
        register_part("annotations", forget)
