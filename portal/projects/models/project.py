from django.db import models

from portal.core.models import Entity

NOT_DEIDENTIFIED = "none-v1"


class Project(Entity):
    """A trial, registry or clinic. ``slug`` stands in URLs and never changes.

    ``permission_epoch`` grows with every change of the team, so that cached permission
    decisions die on the next request. ``deid_procedure`` names what cleans files on the way in
    (``cmrkit.deid``); it is fixed once a study is stored.
    """

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True, max_length=2000)
    time_zone = models.CharField(max_length=64, default="UTC")
    permission_epoch = models.PositiveBigIntegerField(default=1)
    deid_procedure = models.CharField(max_length=40, default=NOT_DEIDENTIFIED)
