from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "portal.jobs"
    label = "jobs"

    def ready(self) -> None:
        from portal.cases.withdrawing import register_part
        from portal.jobs.services.forgetting import forget

        register_part("jobs", forget)
