from django.apps import AppConfig


class ReadsConfig(AppConfig):
    name = "portal.reads"
    label = "reads"

    def ready(self) -> None:
        from portal.cases.withdrawing import register_part
        from portal.imaging.access import register_image_access
        from portal.reads.blinding import studies_opened_by_reads
        from portal.reads.services.forgetting import forget

        register_image_access(studies_opened_by_reads)
        register_part("reads", forget)
