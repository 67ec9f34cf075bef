"""Relabelled documents that were prepared before are made again: they held a clinical trial's
subject, site and time point. Documents are a cache; what is deleted is made on the next request."""

from typing import Any

from django.db import migrations


def forget_renditions(apps: Any, schema_editor: Any) -> None:
    apps.get_model("imaging", "SeriesDocument").objects.exclude(label="").delete()


class Migration(migrations.Migration):
    dependencies = [("imaging", "0007_pixel_look")]
    operations = [
        migrations.RunPython(forget_renditions, migrations.RunPython.noop, elidable=True)
    ]
