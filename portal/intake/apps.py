from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "portal.intake"
    label = "intake"

    def ready(self) -> None:
        from cmrkit.contracts import JobKind
        from portal.imaging.services import assembling
        from portal.intake.services import batches, pulling, purging, tidying
        from portal.jobs.registry import PortalWork, register_chore, register_portal_work

        register_portal_work(JobKind.PULL, PortalWork(pulling.run_pull, pulling.pull_ended))
        register_chore("finish-left-imports", 20.0, tidying.finish_left_imports)
        register_chore("close-abandoned-imports", 3600.0, batches.close_abandoned)
        register_chore("purge-vault", 3600.0, purging.purge_vault)
        register_chore("assemble-due", 5.0, assembling.assemble_due)
