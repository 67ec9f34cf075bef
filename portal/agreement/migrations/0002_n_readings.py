"""From two reads per comparison to any number, each with its colour; what was compared stays."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

LABELS = [
    ("a", "Blue"),
    ("b", "Orange"),
    ("c", "Teal"),
    ("d", "Violet"),
    ("e", "Rose"),
    ("f", "Lime"),
    ("g", "Amber"),
    ("h", "Slate"),
    ("i", "Brown"),
]


def carry_over(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    comparison_model = apps.get_model("agreement", "Comparison")
    reading_model = apps.get_model("agreement", "ComparisonReading")
    for row in comparison_model.objects.select_related("read_a").iterator():
        row.case_id = row.read_a.case_id
        row.values = of_many(row.values)
        row.save(update_fields=["case", "values"])
        for key, read_id in (("a", row.read_a_id), ("b", row.read_b_id)):
            reading_model.objects.create(comparison=row, key=key, read_id=read_id)


def of_many(values: dict) -> dict:
    """The values of a comparison of two, in the shape for any number. A withdrawn one is empty."""
    if not values:
        return values
    pairs = []
    if values["dice"]:
        kept = ("name", "delta", "exceeds")
        pairs.append(
            {
                "first": "a",
                "second": "b",
                "dice": values["dice"],
                "differences": [{k: d[k] for k in kept} for d in values["differences"]],
                "per_slice": values["per_slice"],
            }
        )
    answers = {row["title"]: row["question"] for row in values["answers"]}
    return {
        "outcome": values["outcome"],
        "readings": values["readings"],
        "ed_phase": values["ed_phase"],
        "es_phase": values["es_phase"],
        "differences": [
            {
                "name": row["name"],
                "unit": row["unit"],
                "values": {"a": row["a"], "b": row["b"]},
                "spread": None if row["delta"] is None else abs(row["delta"]),
                "band": row["band"],
                "exceeds": row["exceeds"],
            }
            for row in values["differences"]
        ],
        "dice": values["dice"],
        "pairs": pairs,
        "answers": [
            {
                "question": row["question"],
                "title": row["title"],
                "values": {"a": row["a"], "b": row["b"]},
                "same": row["same"],
            }
            for row in values["answers"]
        ],
        "reasons": [reason_of(text, answers) for text in values["reasons"]],
    }


def reason_of(text: str, answers: dict) -> dict:
    question = answers.get(text.removesuffix(" differs."))
    if question is None:
        return {"code": "band", "message": text, "numbers": {}}
    return {"code": "class_discord", "message": text, "numbers": {"question": question}}


class Migration(migrations.Migration):
    dependencies = [
        ("agreement", "0001_initial"),
        ("cases", "0001_initial"),
        ("reads", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="comparison",
            name="case",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comparisons",
                to="cases.case",
            ),
        ),
        migrations.CreateModel(
            name="ComparisonReading",
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
                ("key", models.CharField(choices=LABELS, max_length=1)),
                (
                    "comparison",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="agreement.comparison",
                    ),
                ),
                (
                    "read",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="compared_as",
                        to="reads.read",
                    ),
                ),
            ],
            options={
                "ordering": ["key"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("comparison", "key"), name="comparison_key_once"
                    ),
                    models.UniqueConstraint(
                        fields=("comparison", "read"), name="comparison_read_once"
                    ),
                ],
            },
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop, elidable=True),
    ]
