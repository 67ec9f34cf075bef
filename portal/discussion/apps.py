from django.apps import AppConfig


class DiscussionConfig(AppConfig):
    name = "portal.discussion"
    label = "discussion"

    def ready(self) -> None:
        from portal.accounts.services.digest import send_digests
        from portal.cases.withdrawing import register_part
        from portal.discussion.services.forgetting import forget
        from portal.jobs.registry import register_chore

        register_part("discussion", forget)
        register_chore("mail-digests", 900.0, send_digests)  # accounts lie below jobs
