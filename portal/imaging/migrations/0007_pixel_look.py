from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('imaging', '0006_withdrawal'),
    ]

    operations = [
        migrations.AddField(
            model_name='stack',
            name='pixel_look',
            field=models.JSONField(null=True),
        ),
    ]
