from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "portal.meetings"
    label = "meetings"

    def ready(self) -> None:
        from portal.adjudication.decisions import register_decisions
        from portal.cases.withdrawing import register_part
        from portal.meetings.selectors import decisions_of_meetings, hearers_of, tables_of
        from portal.meetings.services.forgetting import forget
        from portal.meetings.services.pen import require_pen
        from portal.reads.convening import (
            register_hearers,
            register_save_check,
            register_tables,
        )

        register_tables(tables_of)
        register_hearers(hearers_of)
        register_save_check(require_pen)
        register_decisions(decisions_of_meetings)
        register_part("meetings", forget)
