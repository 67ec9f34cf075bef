from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from uuid import UUID


class IntakeConfig(AppConfig):
    name = "portal.intake"
    label = "intake"

    def ready(self) -> None:
        from portal.imaging.services.deleting import register_forgetting

        register_forgetting(_forget_instances)


def _forget_instances(instance_ids: "list[UUID]") -> None:
    """What became of the files stays known; the instances they became are about to go."""
    from portal.intake.models import ImportItem

    ImportItem.objects.filter(instance__in=instance_ids).update(instance=None)
