"""Fills an installation for the backup tests; run inside it, as ``python -m``. Prints JSON."""

import json
import sys

import django


def main() -> None:
    django.setup()
    from portal.cases.models import Subject
    from portal.imaging.models import Instance
    from portal.projects.models import Membership
    from portal.projects.roles import Role
    from tests.factories import reading as f
    from tests.factories.imaging import import_phantom

    world = f.make_world()
    steward = f.user("Stella Steward")
    Membership.objects.create(project=world.project, user=steward, role=Role.DATA_STEWARD)
    for seed in (1, 2):
        import_phantom(world.project, world.coordinator, seed)
    found = {
        label: sorted(
            Instance.objects.filter(series__study__case__visit__subject__label=label).values_list(
                "blob_id", flat=True
            )
        )
        for label in Subject.objects.values_list("label", flat=True)
    }
    json.dump({"slug": world.slug, "steward": steward.email, "hashes": found}, sys.stdout)


if __name__ == "__main__":
    main()
