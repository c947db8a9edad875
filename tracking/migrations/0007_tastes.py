from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracking", "0006_own_export")]

    operations = [
        migrations.AddField(
            model_name="alsowatched",
            name="viewers",
            field=models.PositiveIntegerField(default=0, verbose_name="profiles that watched the title"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="alsowatched",
            constraint=models.CheckConstraint(
                condition=models.Q(("together__lte", models.F("viewers"))), name="also_watched_by_some_of_its_viewers"
            ),
        ),
        migrations.AlterField(
            model_name="recommendation",
            name="because",
            field=models.ForeignKey(
                on_delete=models.deletion.CASCADE,
                related_name="+",
                to="catalog.title",
                verbose_name="because of",
            ),
        ),
    ]
