from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from uuid import UUID


class IntakeConfig(AppConfig):
    name = "portal.intake"
    label = "intake"

    def ready(self) -> None:
        from cmrkit.contracts import JobKind
        from portal.cases.withdrawing import register_part
        from portal.imaging.services.deleting import (
            register_forgetting,
            register_forgetting_studies,
        )
        from portal.intake.services import batches, pulling, purging, tidying
        from portal.intake.services.forgetting import forget, forget_study
        from portal.jobs.registry import PortalWork, register_chore, register_portal_work

        register_part("intake", forget)
        register_forgetting(_forget_instances)
        register_forgetting_studies(forget_study)
        register_portal_work(JobKind.PULL, PortalWork(pulling.run_pull, pulling.pull_ended))
        register_chore("assemble-arrived-studies", 2.0, tidying.assemble_arrived)
        register_chore("finish-left-imports", 20.0, tidying.finish_left_imports)
        register_chore("close-abandoned-imports", 600.0, batches.close_abandoned)
        register_chore("purge-vault", 3600.0, purging.purge_vault)


def _forget_instances(instance_ids: "list[UUID]") -> None:
    """What became of the files stays known; the instances they became are about to go."""
    from portal.intake.models import ImportItem

    ImportItem.objects.filter(instance__in=instance_ids).update(instance=None)
