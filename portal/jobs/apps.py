from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "portal.jobs"
    label = "jobs"

    def ready(self) -> None:
        from portal.cases.withdrawing import register_part
        from portal.jobs.registry import register_chore
        from portal.jobs.services.forgetting import forget
        from portal.jobs.services.workers import forget_silent

        register_part("jobs", forget)
        register_chore("workers gone", 600.0, forget_silent)
