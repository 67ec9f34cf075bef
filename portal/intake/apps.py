from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "portal.intake"
    label = "intake"

    def ready(self) -> None:
        from cmrkit.contracts import JobKind
        from portal.intake.services import pulling, tidying
        from portal.jobs.registry import PortalWork, register_chore, register_portal_work

        register_portal_work(JobKind.PULL, PortalWork(pulling.run_pull, pulling.pull_ended))
        register_chore("finish-left-imports", 20.0, tidying.finish_left_imports)
        register_chore("remove-stale-files", 3600.0, tidying.remove_stale_files)
