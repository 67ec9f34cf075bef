"""Fills a fresh installation with N tiny cases for the chaos; run inside it. Prints JSON."""

import json
import sys

import django


def main(n: int) -> None:
    django.setup()
    from portal.cases.models import Case
    from tests.factories import reading as f
    from tests.factories.imaging import small_phantom
    from tests.factories.locking import import_heart
    from tests.factories.tokens import token_for

    world = f.make_world()
    cases: list[Case] = [import_heart(world, small_phantom(k + 1, 3, 2)) for k in range(n)]
    json.dump(
        {
            "slug": world.slug,
            "coordinator": world.coordinator.email,
            "tokens": {"coordinator": token_for(world.coordinator)},
            "cases": [{"id": str(case.pk), "label": case.label} for case in cases],
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
