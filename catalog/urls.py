from django.urls import path, register_converter

from .views import browse, people, pictures, search, titles


class PaddedNumber:
    """The number of a season or an episode, with at least two figures where we write it: s01e02."""

    regex = "[0-9]{1,9}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:02}"


register_converter(PaddedNumber, "padded")

app_name = "catalog"

urlpatterns = [
    path("search/", search.search, name="search"),
    path("movies/", browse.movie_list, name="movie_list"),
    path("series/", browse.series_list, name="series_list"),
    path("movies/<slug:slug>/", titles.movie_detail, name="movie_detail"),
    path("series/<slug:slug>/", titles.series_detail, name="series_detail"),
    path("series/<slug:slug>/s<padded:season>/", titles.season_detail, name="season_detail"),
    path("series/<slug:slug>/s<padded:season>e<padded:number>/", titles.episode_at, name="episode_at"),
    path("episodes/<int:episode_id>/", titles.episode_detail, name="episode_detail"),
    path("people/<slug:slug>/", people.person_detail, name="person_detail"),
    path("posters/<int:title_id>-<int:version>.svg", pictures.title_poster, name="title_poster"),
    path("stills/<int:episode_id>-<int:version>.svg", pictures.episode_still, name="episode_still"),
    path("portraits/<int:person_id>-<int:version>.svg", pictures.person_portrait, name="person_portrait"),
]
