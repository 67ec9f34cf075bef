from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    name = "portal.datasets"
    label = "datasets"

    def ready(self) -> None:
        from cmrkit.contracts import JobKind
        from portal.adjudication.dependants import register_dependants
        from portal.cases.withdrawing import register_part
        from portal.datasets import work
        from portal.datasets.selectors import datasets_made_of, test_sets_made_of
        from portal.datasets.services import exporting
        from portal.datasets.services.forgetting import forget
        from portal.datasets.services.hashing import hash_some
        from portal.jobs.registry import Kind, register_chore, register_input, register_kind

        register_input("stack-pixels", work.load_pixels)
        register_input("reference-labels", work.load_reference_labels)
        register_input("test-labels", work.load_test_labels)
        register_input("read-labels", work.load_read_labels)
        register_input("dataset-manifest", work.load_manifest)
        register_input("instance", work.load_instance)
        register_kind(JobKind.EXPORT, Kind(exporting.fill, exporting.finish))
        register_part("datasets", forget)
        register_dependants(datasets_made_of)
        register_dependants(test_sets_made_of)
        register_chore("hash-locked-images", 300.0, hash_some)
