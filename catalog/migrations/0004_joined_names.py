import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.text
from django.db import migrations, models
from django.db.models import F, Func, Q, Value

# The words of a name as `search_fold` leaves them, and as they are without the signs inside: “Spider-Man” has spider,
# man and spiderman. The body is bound to its functions when it is made, so that it works under any search_path.
SEARCH_WORDS = r"""
create function search_words(text) returns tsvector language sql immutable strict parallel safe
return strip(to_tsvector('simple'::regconfig,
    search_fold($1) || ' ' || search_fold(regexp_replace($1, '[^[:alnum:][:space:]]+', '', 'g'))))
"""

FACETS = """
update catalog_searchentry e
set facets = array_remove(array[t.year::text, (t.year / 10 * 10) || 's'], null)
    || array(select 'genre:' || g.genre_id from catalog_title_genres g where g.title_id = t.id order by g.genre_id)
from catalog_title t
where e.kind = t.kind and e.object_id = t.id
"""

TITLES, PEOPLE, EPISODES = Q(kind__in=["movie", "series"]), Q(kind="person"), Q(kind="episode")
GROUPS = (("titles", ["words", "facets"], TITLES), ("people", ["words"], PEOPLE), ("episodes", ["words"], EPISODES))
JOINED = django.db.models.functions.text.Replace(F("norm"), Value(" "), Value(""))


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_engine")]

    operations = [
        migrations.RunSQL(SEARCH_WORDS, "drop function search_words(text)"),
        *(
            migrations.RemoveIndex("searchentry", f"search_{kind}_by_words")
            for kind in ("titles", "people", "episodes")
        ),
        *(migrations.RemoveIndex("searchentry", f"search_{group}_by_name") for group in ("titles", "people")),
        migrations.RemoveField("searchentry", "words"),
        migrations.AddField(
            "searchentry",
            "facets",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20),
                blank=True,
                default=list,
                help_text="What titles are narrowed by: “1994”, “1990s”, “genre:7”.",
                size=None,
                verbose_name="facets",
            ),
        ),
        migrations.RunSQL(FACETS, migrations.RunSQL.noop),
        migrations.AddField(
            "searchentry",
            "words",
            models.GeneratedField(
                db_persist=True,
                expression=Func(
                    F("label"),
                    function="search_words",
                    output_field=django.contrib.postgres.search.SearchVectorField(),
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        *(
            migrations.AddIndex(
                "searchentry",
                django.contrib.postgres.indexes.GinIndex(
                    fields=fields, name=f"search_{group}_by_words", condition=condition, gin_pending_list_limit=256
                ),
            )
            for group, fields, condition in GROUPS
        ),
        migrations.AddIndex("searchentry", models.Index(JOINED, condition=TITLES, name="search_titles_by_name")),
        migrations.AddIndex("searchentry", models.Index(JOINED, condition=PEOPLE, name="search_people_by_name")),
    ]
