from django.apps import AppConfig


class InferenceConfig(AppConfig):
    name = "portal.inference"
    label = "inference"

    def ready(self) -> None:
        from cmrkit.contracts import JobKind
        from portal.inference.services import kind_checks, preannotation
        from portal.jobs.registry import Kind, register_chore, register_kind

        register_kind(JobKind.SEGMENT, Kind(preannotation.fill, preannotation.finish))
        register_kind(JobKind.CHECK_KIND, Kind(kind_checks.fill, kind_checks.finish))
        register_chore("check-kinds-of-new-stacks", 10.0, kind_checks.ask_about_new)
