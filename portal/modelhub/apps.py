from django.apps import AppConfig


class ModelhubConfig(AppConfig):
    name = "portal.modelhub"
    label = "modelhub"

    def ready(self) -> None:
        from cmrkit.contracts import JobKind
        from portal.adjudication.dependants import register_dependants
        from portal.cases.withdrawing import register_part
        from portal.jobs.registry import Kind, register_chore, register_input, register_kind
        from portal.modelhub.selectors import trainings_made_of
        from portal.modelhub.services import evaluating, training
        from portal.modelhub.services.drifting import tell_of_drift
        from portal.modelhub.services.forgetting import forget
        from portal.modelhub.services.registering import set_up_models
        from portal.modelhub.services.sampling import take_samples
        from portal.modelhub.services.shadow_comparing import compare_shadows
        from portal.modelhub.services.tracking import track_trainings
        from portal.modelhub.work import load_weights
        from portal.projects.setup import register_setup_step

        register_setup_step(set_up_models)
        register_input("weights", load_weights)
        register_kind(JobKind.TRAIN, Kind(training.fill, training.finish, training.note))
        register_kind(JobKind.EVALUATE, Kind(evaluating.fill, evaluating.finish))
        register_part("modelhub", forget)
        register_dependants(trainings_made_of)
        register_chore("take-drift-samples", 300.0, take_samples)
        register_chore("compare-shadow-drafts", 60.0, compare_shadows)
        register_chore("track-trainings", 30.0, track_trainings)
        register_chore("tell-of-drift", 3600.0, tell_of_drift)
