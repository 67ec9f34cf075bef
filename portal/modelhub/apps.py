from django.apps import AppConfig


class ModelhubConfig(AppConfig):
    name = "portal.modelhub"
    label = "modelhub"

    def ready(self) -> None:
        from cmrkit.contracts import JobKind
        from portal.cases.withdrawing import register_part
        from portal.jobs.registry import Kind, register_input, register_kind
        from portal.modelhub.services import evaluating, training
        from portal.modelhub.services.forgetting import forget
        from portal.modelhub.services.registering import set_up_models
        from portal.modelhub.work import load_weights
        from portal.projects.setup import register_setup_step

        register_setup_step(set_up_models)
        register_input("weights", load_weights)
        register_kind(JobKind.TRAIN, Kind(training.fill, training.finish, training.note))
        register_kind(JobKind.EVALUATE, Kind(evaluating.fill, evaluating.finish))
        register_part("modelhub", forget)
