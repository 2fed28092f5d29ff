"""Who disagrees with what became of a referral challenges it; an answer to feedback is that it was read (A8)."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("frontdoor", "0007_remedy_of_what_is_refused")]

    operations = [
        migrations.RemoveField(model_name="feedbackanswered", name="agrees"),
        migrations.RemoveField(model_name="feedbackanswered", name="reason"),
    ]
