"""A notice that was given can be neither changed nor removed, by whoever reaches the database."""

from django.db import migrations

from portal import triggers


def put_on(apps, schema_editor):
    triggers.put_on(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("committees", "0004_attendance_and_wider_findings")]

    # Taking this back drops the table with its triggers, or leaves them on: either is safe.
    operations = [migrations.RunPython(put_on, migrations.RunPython.noop)]
