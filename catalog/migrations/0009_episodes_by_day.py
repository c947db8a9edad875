"""What of a series airs on some days; made beside the running site."""

import datetime

import django.db.models.functions.comparison
import django.db.models.functions.datetime
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("catalog", "0008_availability_on_services")]

    operations = [
        AddIndexConcurrently(
            model_name="episode",
            index=models.Index(
                models.F("title"),
                django.db.models.functions.comparison.Coalesce(
                    django.db.models.functions.datetime.TruncDate("airs_at", tzinfo=datetime.UTC), models.F("air_date")
                ),
                name="episode_of_title_by_rough_day",
            ),
        ),
    ]
