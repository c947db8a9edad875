"""The example of a collection that fills itself: the pipeline, the night and every save in the admin compute it."""

from django.db import migrations

NAME, SLUG = "Top English Action", "top-english-action"
RULE = {"kind": "series", "genres": ["action"], "language": "en", "sort": "popular", "limit": 100}
OVERVIEW = "The best known series in English in which somebody is always running."


def put_up(apps, schema_editor):
    Collection = apps.get_model("catalog", "Collection")
    if not Collection.objects.filter(name=NAME).exists():
        shipped = {"name": NAME, "overview": OVERVIEW, "kind": "rule", "rule": RULE, "is_published": True}
        Collection.objects.get_or_create(slug=SLUG, defaults=shipped)


def take_down(apps, schema_editor):
    apps.get_model("catalog", "Collection").objects.filter(slug=SLUG).delete()


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_joined_names")]

    operations = [migrations.RunPython(put_up, take_down)]
