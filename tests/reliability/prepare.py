"""Fills a fresh installation for the live tests; run inside it, as ``python -m``. Prints JSON."""

import json
import sys

import django


def main() -> None:
    django.setup()
    from portal.cases.models import Case
    from tests.factories import reading as f
    from tests.factories.imaging import small_phantom
    from tests.factories.locking import import_heart
    from tests.factories.tokens import token_for

    world = f.make_world()
    cases: dict[str, dict[str, str]] = {}
    # the large one takes a worker seconds, so that it can be stopped in the middle
    for name, shape in {"late": (3, 4), "lost": (3, 4), "large": (8, 32)}.items():
        phantom = small_phantom(len(cases) + 1, *shape)
        case: Case = import_heart(world, phantom)
        (read,) = world.assign(case, world.reader_a)
        cases[name] = {"id": str(case.pk), "label": case.label, "read": str(read.pk)}
    json.dump(
        {
            "slug": world.slug,
            "coordinator": world.coordinator.email,
            "tokens": {
                "coordinator": token_for(world.coordinator),
                "reader": token_for(world.reader_a),
            },
            "cases": cases,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
