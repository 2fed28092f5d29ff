"""Every table of this layer behind the gate."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("meetings", "0001_initial")]

    operations = [
        protect("meetings_meetingcalled", append_only=True),
        protect("meetings_agencyinvited", append_only=True),
        protect("meetings_invitationanswered", append_only=True),
        protect("meetings_presencenoted", append_only=True),
        protect("meetings_contributed", append_only=True),
        protect("meetings_personconsidered", append_only=True),
        protect("meetings_enquirydecided", append_only=True),
        protect("meetings_positiontaken", append_only=True),
        protect("meetings_challengeanswered", append_only=True),
        protect("meetings_medicaldecided", append_only=True),
        protect("meetings_wishesweighed", append_only=True),
        protect("meetings_parentsinformed", append_only=True),
        protect("meetings_actionagreed", append_only=True),
        protect("meetings_actionmoved", append_only=True),
        protect("meetings_sectionrecorded", append_only=True),
        protect("meetings_recordclosed", append_only=True),
        protect("meetings_recordfiled", append_only=True),
    ]
