from django.apps import AppConfig


class InferenceConfig(AppConfig):
    name = "portal.inference"
    label = "inference"

    def ready(self) -> None:
        from cmrkit.contracts import JobKind
        from portal.inference.services import preannotation
        from portal.jobs.registry import Kind, register_kind

        register_kind(JobKind.SEGMENT, Kind(preannotation.fill, preannotation.finish))
