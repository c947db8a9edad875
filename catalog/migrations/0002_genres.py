"""Our genres, and which of them TVmaze's genres and types of show mean. Staff may change both afterwards."""

from django.db import migrations
from slugify import slugify

# Our name: TVmaze's labels for it.
GENRES = {
    "Action": ["Action"],
    "Adult": ["Adult"],
    "Adventure": ["Adventure"],
    "Animation": ["Animation"],
    "Anime": ["Anime"],
    "Children": ["Children"],
    "Comedy": ["Comedy"],
    "Crime": ["Crime"],
    "Documentary": ["Documentary"],
    "Drama": ["Drama"],
    "Espionage": ["Espionage"],
    "Family": ["Family"],
    "Fantasy": ["Fantasy"],
    "Food": ["Food"],
    "Game show": ["Game Show", "Panel Show"],
    "History": ["History"],
    "Home and garden": ["DIY"],
    "Horror": ["Horror"],
    "Legal": ["Legal"],
    "Medical": ["Medical"],
    "Music": ["Music"],
    "Mystery": ["Mystery"],
    "Nature": ["Nature"],
    "News": ["News"],
    "Reality": ["Reality"],
    "Romance": ["Romance"],
    "Science fiction": ["Science-Fiction"],
    "Sport": ["Sports"],
    "Supernatural": ["Supernatural"],
    "Talk show": ["Talk Show"],
    "Thriller": ["Thriller"],
    "Travel": ["Travel"],
    "Variety": ["Variety", "Award Show"],
    "War": ["War"],
    "Western": ["Western"],
}
NO_GENRES = ["Scripted"]


def fill(apps, schema_editor):
    Genre, GenreLabel = apps.get_model("catalog", "Genre"), apps.get_model("catalog", "GenreLabel")
    for name, labels in GENRES.items():
        genre, _made = Genre.objects.get_or_create(slug=slugify(name), defaults={"name": name})
        for label in labels:
            GenreLabel.objects.get_or_create(source="tvmaze", label=label, defaults={"genre": genre})
    for label in NO_GENRES:
        GenreLabel.objects.get_or_create(source="tvmaze", label=label)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
