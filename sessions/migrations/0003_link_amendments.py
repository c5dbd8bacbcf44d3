"""Amendments written before they had a chain are linked in the order in which they were written."""

import hashlib
import json
from datetime import UTC

import pgtrigger
from django.db import migrations


def link(apps, schema_editor):
    amendments = apps.get_model("clinic_sessions", "Amendment").objects.filter(number=None)
    previous = "0" * 64
    with pgtrigger.ignore("clinic_sessions.Amendment:append_only"):
        for number, amendment in enumerate(amendments.select_related("record", "by").order_by("at", "pk"), 1):
            text = words(amendment)
            digest = hashlib.sha256(f"{previous}{text}".encode()).hexdigest()
            linked = {"number": number, "snapshot": text, "previous": previous, "sha256": digest}
            amendments.filter(pk=amendment.pk).update(**linked)
            previous = digest


def words(amendment):
    """The text that an amendment of this day would have been linked with: see `sessions.snapshots`."""
    said = {
        "format": 2,
        "record": {"number": amendment.record.number, "sha256": amendment.record.sha256},
        "text": amendment.text,
        "by": f"{amendment.by.first_name} {amendment.by.last_name}".strip() or amendment.by.email,
        "by_id": amendment.by_id,
        "at": amendment.at.astimezone(UTC).isoformat(),
    }
    return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


class Migration(migrations.Migration):
    dependencies = [("clinic_sessions", "0002_planning_and_charting")]
    operations = [migrations.RunPython(link, migrations.RunPython.noop)]
