from django.db import models


class AuditChain(models.Model):
    """The head of one chain; its row lock makes sequence numbers gap-free.

    ``scope`` is ``installation`` or ``project:<id>``.
    """

    scope = models.CharField(max_length=80, primary_key=True)
    last_seq = models.PositiveBigIntegerField(default=0)
    head_hash = models.CharField(max_length=64)
