"""Why an interim discussion could not wait is a section of its own, for those who take part."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("meetings", "0003_as_held")]

    operations = [migrations.RemoveField(model_name="recordclosed", name="interim_reason")]
