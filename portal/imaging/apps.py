from django.apps import AppConfig


class ImagingConfig(AppConfig):
    name = "portal.imaging"
    label = "imaging"

    def ready(self) -> None:
        from portal.imaging.models import Study
        from portal.projects.deidentification import register_settled

        # studies without a case are made by the portal itself
        register_settled(
            lambda project: Study.objects.filter(project=project, case__isnull=False).exists()
        )
