"""What can be watched on some services of a region; made beside the running site."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("catalog", "0007_records_not_well")]

    operations = [
        AddIndexConcurrently(
            model_name="availability",
            index=models.Index(fields=["region", "service", "title"], include=["kind"], name="availability_on_services"),
        ),
    ]
