from django.urls import path, register_converter

from . import picture_keys
from .views import browse, further, people, pictures, pipeline, recent, runs, search, shelves, titles, ways


class PaddedNumber:
    """The number of a season or an episode, with at least two figures where we write it: s01e02."""

    regex = "[0-9]{1,9}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:02}"


class PictureKey:
    regex = picture_keys.KEY
    to_python = to_url = staticmethod(str)


register_converter(PaddedNumber, "padded")
register_converter(PictureKey, "picture_key")

app_name = "catalog"

urlpatterns = [
    path("search/", search.search, name="search"),
    path("search/recent/", recent.remember, name="remember_search"),
    path("search/recent/forget/", recent.forget_all, name="forget_searches"),
    path("search/recent/<int:search_id>/forget/", recent.forget, name="forget_search"),
    path("search/recent/<str:key>/undo/", recent.bring_back, name="bring_back_searches"),
    path("search/further/", further.search_further, name="search_further"),
    path("search/further/<slug:source>/<slug:kind>/<int:number>/", further.take_in, name="take_in"),
    path("movies/", browse.movie_list, name="movie_list"),
    path("series/", browse.series_list, name="series_list"),
    path("movies/<slug:slug>/", titles.movie_detail, name="movie_detail"),
    path("series/<slug:slug>/", titles.series_detail, name="series_detail"),
    path("series/<slug:slug>/s<padded:season>/", titles.season_detail, name="season_detail"),
    path("series/<slug:slug>/s<padded:season>e<padded:number>/", titles.episode_at, name="episode_at"),
    path("episodes/<int:episode_id>/", titles.episode_detail, name="episode_detail"),
    path("people/<slug:slug>/", people.person_detail, name="person_detail"),
    path("collections/", shelves.collection_list, name="collection_list"),
    path("collections/<slug:slug>/", shelves.collection_detail, name="collection_detail"),
    path("networks/<slug:slug>/", shelves.network_detail, name="network_detail"),
    path("genres/<slug:slug>/", shelves.genre_detail, name="genre_detail"),
    path("region/", ways.choose_region, name="choose_region"),
    path("imports/", runs.import_list, name="import_list"),
    path("imports/pipeline/", pipeline.pipeline_start, name="pipeline_start"),
    path("imports/<int:run_id>/", runs.import_detail, name="import_detail"),
    path("imports/<int:run_id>/cancel/", runs.import_cancel, name="import_cancel"),
    path(
        "pictures/<int:pk>/<picture_key:key>-<int:width>.<slug:extension>",
        pictures.stored_picture,
        name="stored_picture",
    ),
    path("posters/<int:title_id>-<int:version>.svg", pictures.title_poster, name="title_poster"),
    path("stills/<int:episode_id>-<int:version>.svg", pictures.episode_still, name="episode_still"),
    path("portraits/<int:person_id>-<int:version>.svg", pictures.person_portrait, name="person_portrait"),
]
