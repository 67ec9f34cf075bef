"""Apart from 0002: PostgreSQL alters no table in the transaction that has just filled it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agreement", "0002_n_readings")]

    operations = [
        migrations.RemoveConstraint(model_name="comparison", name="comparison_once_per_input"),
        migrations.RemoveConstraint(model_name="comparison", name="comparison_of_two_reads"),
        migrations.RemoveField(model_name="comparison", name="read_a"),
        migrations.RemoveField(model_name="comparison", name="read_b"),
        migrations.AlterField(
            model_name="comparison",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comparisons",
                to="cases.case",
            ),
        ),
        migrations.AddConstraint(
            model_name="comparison",
            constraint=models.UniqueConstraint(
                fields=("case", "inputs_hash"), name="comparison_once_per_input"
            ),
        ),
    ]
