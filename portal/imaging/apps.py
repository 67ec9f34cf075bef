from django.apps import AppConfig


class ImagingConfig(AppConfig):
    name = "portal.imaging"
    label = "imaging"

    def ready(self) -> None:
        from portal.imaging import integrity
        from portal.storage.integrity import register_check

        register_check("instances", integrity.check_instances)
        register_check("stacks", integrity.check_stacks)
