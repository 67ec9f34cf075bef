from django.apps import AppConfig


class ReadsConfig(AppConfig):
    name = "portal.reads"
    label = "reads"

    def ready(self) -> None:
        from cmrkit.contracts import JobKind
        from portal.cases.withdrawing import register_part
        from portal.imaging.access import register_assigned_images, register_image_access
        from portal.jobs.registry import PortalWork, register_chore, register_portal_work
        from portal.reads.hooks import ReadEvent, register_read_hook
        from portal.reads.opened_images import studies_opened_by_name, studies_opened_by_reads
        from portal.reads.services.forgetting import forget
        from portal.reads.services.plan_jobs import run_plan
        from portal.reads.services.reminders import send_reminders
        from portal.reads.services.second_readings import (
            announce_second_readings,
            start_washout,
        )

        register_image_access(studies_opened_by_name)
        register_assigned_images(studies_opened_by_reads)
        register_part("reads", forget)
        register_portal_work(JobKind.PLAN, PortalWork(run_plan, time_limit_s=1800.0))
        register_chore("announce-second-readings", 300.0, announce_second_readings)
        register_chore("remind-readers", 3600.0, send_reminders)
        register_read_hook(ReadEvent.SUBMITTED, start_washout)
