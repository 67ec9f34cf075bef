from django.apps import AppConfig


class ImagingConfig(AppConfig):
    name = "portal.imaging"
    label = "imaging"

    def ready(self) -> None:
        from portal.cases.withdrawing import register_part
        from portal.imaging import integrity
        from portal.imaging.services.forgetting import forget
        from portal.storage.integrity import register_check

        register_check("instances", integrity.check_instances)
        register_check("stacks", integrity.check_stacks)
        register_part("imaging", forget)
        from portal.imaging.models import Study
        from portal.projects.deidentification import register_settled

        # studies without a case are made by the portal itself
        register_settled(
            lambda project: Study.objects.filter(project=project, case__isnull=False).exists()
        )
