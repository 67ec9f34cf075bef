from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    name = "portal.datasets"
    label = "datasets"

    def ready(self) -> None:
        from cmrkit.contracts import JobKind
        from portal.cases.withdrawing import register_part
        from portal.datasets import work
        from portal.datasets.services import exporting
        from portal.datasets.services.forgetting import forget
        from portal.jobs.registry import Kind, register_input, register_kind

        register_input("stack-pixels", work.load_pixels)
        register_input("reference-labels", work.load_reference_labels)
        register_input("test-labels", work.load_test_labels)
        register_input("instance", work.load_instance)
        register_kind(JobKind.EXPORT, Kind(exporting.fill, exporting.finish))
        register_part("datasets", forget)
