import gc

from django.apps import AppConfig

# The contours of one study are a hundred thousand small lists. By default the collector walks what
# is alive after every 700 of them, which takes as long as all the rest; cycles are rare here.
COLLECT_AFTER = (50_000, 20, 20)


class CoreConfig(AppConfig):
    name = "portal.core"
    label = "core"

    def ready(self) -> None:
        gc.set_threshold(*COLLECT_AFTER)
