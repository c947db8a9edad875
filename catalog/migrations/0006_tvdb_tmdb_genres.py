"""Which of our genres those of TheTVDB and TMDB mean. Staff may change it afterwards."""

from django.db import migrations
from slugify import slugify

# Our name: the labels for it. TMDB has other genres for series than for films, some of which are two in one.
GENRES = {
    "tvdb": {
        "Action": ["Action", "Martial Arts"],
        "Adventure": ["Adventure"],
        "Animation": ["Animation"],
        "Anime": ["Anime"],
        "Children": ["Children"],
        "Comedy": ["Comedy"],
        "Crime": ["Crime"],
        "Documentary": ["Documentary"],
        "Drama": ["Drama", "Soap"],
        "Family": ["Family"],
        "Fantasy": ["Fantasy"],
        "Food": ["Food"],
        "Game show": ["Game Show"],
        "History": ["History"],
        "Home and garden": ["Home and Garden"],
        "Horror": ["Horror"],
        "Music": ["Musical"],
        "Mystery": ["Mystery"],
        "News": ["News"],
        "Reality": ["Reality"],
        "Romance": ["Romance"],
        "Science fiction": ["Science Fiction"],
        "Sport": ["Sport"],
        "Talk show": ["Talk Show"],
        "Thriller": ["Thriller", "Suspense"],
        "Travel": ["Travel"],
        "Variety": ["Awards Show"],
        "War": ["War"],
        "Western": ["Western"],
    },
    "tmdb": {
        "Action": ["Action", "Action & Adventure"],
        "Adventure": ["Adventure"],
        "Animation": ["Animation"],
        "Children": ["Kids"],
        "Comedy": ["Comedy"],
        "Crime": ["Crime"],
        "Documentary": ["Documentary"],
        "Drama": ["Drama", "Soap"],
        "Family": ["Family"],
        "Fantasy": ["Fantasy"],
        "History": ["History"],
        "Horror": ["Horror"],
        "Music": ["Music"],
        "Mystery": ["Mystery"],
        "News": ["News"],
        "Reality": ["Reality"],
        "Romance": ["Romance"],
        "Science fiction": ["Science Fiction", "Sci-Fi & Fantasy"],
        "Talk show": ["Talk"],
        "Thriller": ["Thriller"],
        "War": ["War", "War & Politics"],
        "Western": ["Western"],
    },
}
NO_GENRES = {"tvdb": ["Indie", "Mini-Series", "Podcast"], "tmdb": ["TV Movie"]}


def fill(apps, schema_editor):
    Genre, GenreLabel = apps.get_model("catalog", "Genre"), apps.get_model("catalog", "GenreLabel")
    ours = {genre.slug: genre for genre in Genre.objects.all()}
    for source, genres in GENRES.items():
        for name, labels in genres.items():
            for label in labels:
                meant = {"genre": ours.get(slugify(name))}
                GenreLabel.objects.get_or_create(source=source, label=label, defaults=meant)
    for source, labels in NO_GENRES.items():
        for label in labels:
            GenreLabel.objects.get_or_create(source=source, label=label)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_top_english_action")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
