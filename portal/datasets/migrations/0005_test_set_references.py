from django.db import migrations


def link_references(apps, schema_editor):
    """Sets frozen before name what they were taken from, so that a reopening finds them."""
    references = apps.get_model('adjudication', 'ReferenceStandard')
    items = apps.get_model('datasets', 'TestSetItem').objects.select_related('test_set', 'stack__study')
    for item in items.filter(stack__study__case__isnull=False):
        rows = references.objects.filter(
            case=item.stack.study.case_id, created_at__lte=item.test_set.created_at
        ).order_by('-version')
        row = next((r for r in rows if r.content.get('stack', {}).get('id') == str(item.stack_id)), None)
        if row is not None:
            item.reference = row
            item.save(update_fields=['reference'])


class Migration(migrations.Migration):

    dependencies = [
        ('datasets', '0004_test_set_items'),
    ]

    operations = [
        migrations.RunPython(link_references, migrations.RunPython.noop),
    ]
