import uuid

import django.db.models.deletion
import django.utils.timezone
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REASONS = [
    ("agreed", "The readings agree"),
    ("basal_slice", "Choice of the basal slice"),
    ("apical_slice", "Choice of the apical slice"),
    ("phase_choice", "Choice of ED or ES"),
    ("papillary", "Papillary muscles"),
    ("contour_offset", "Contour too far in or out"),
    ("artefact", "Artefact"),
    ("other", "Other"),
]


def keep_reasons(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Until now the reasons stood in the comparison alone."""
    model = apps.get_model("adjudication", "Adjudication")
    for row in model.objects.select_related("comparison").iterator():
        row.reasons = row.comparison.values.get("reasons", [])
        codes = dict.fromkeys(reason["code"] for reason in row.reasons)
        row.reason_codes = f" {' '.join(codes)} " if codes else ""
        row.save(update_fields=["reasons", "reason_codes"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("adjudication", "0002_withdrawal"),
        ("agreement", "0003_drop_the_two_reads"),
    ]

    operations = [
        migrations.AddField(
            model_name="adjudication", name="reasons", field=models.JSONField(default=list)
        ),
        migrations.AddField(
            model_name="adjudication",
            name="reason_codes",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="adjudication",
            name="reopens",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reopened_by_adjudication",
                to="adjudication.referencestandard",
            ),
        ),
        migrations.AddField(
            model_name="referencestandard",
            name="reopened_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="referencestandard",
            name="reopened_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="references_reopened",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="referencestandard",
            name="reopen_reason",
            field=models.CharField(blank=True, default="", max_length=500),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="referencestandard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("reopen_reason", ""),
                        ("reopened_at__isnull", True),
                        ("reopened_by__isnull", True),
                    ),
                    models.Q(
                        ("reopened_at__isnull", False),
                        ("reopened_by__isnull", False),
                        models.Q(("reopen_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="reference_reopened_with_reason",
            ),
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("structure", models.CharField(max_length=32)),
                ("sop_instance_uid", models.CharField(max_length=64)),
                ("frame_number", models.PositiveIntegerField()),
                ("source", models.CharField(max_length=10)),
                ("reason", models.CharField(choices=REASONS, max_length=20)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("op_id", models.CharField(max_length=64)),
                ("before", models.PositiveIntegerField()),
                ("after", models.PositiveIntegerField()),
                ("stands", models.BooleanField(default=True)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "adjudication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="adjudication.adjudication",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="adjudication.decision",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["adjudication", "op_id"], name="decision_of_operation")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("stands", True)),
                        fields=("adjudication", "structure", "sop_instance_uid", "frame_number"),
                        name="decision_one_stands_per_cell",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("undone_at__isnull", True), ("stands", False), _connector="OR"
                        ),
                        name="decision_undone_does_not_stand",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", "other"), _negated=True),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="decision_other_says_which",
                    ),
                ],
            },
        ),
        migrations.RunPython(keep_reasons, migrations.RunPython.noop, elidable=True),
    ]
