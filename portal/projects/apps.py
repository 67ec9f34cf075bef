from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "portal.projects"
    label = "projects"

    def ready(self) -> None:
        from portal.accounts.closing import register_closing_hook
        from portal.projects.services.epoch import bump_epochs_of

        register_closing_hook(bump_epochs_of)
