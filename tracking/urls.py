from django.urls import path

from .views import changes, diary
from .views.lists import library, up_next

app_name = "tracking"

urlpatterns = [
    path("log/", diary.log, name="log"),
    path("log/new/", diary.watch_add, name="watch_add"),
    path("log/<int:watch_id>/edit/", diary.watch_edit, name="watch_edit"),
    path("log/<int:watch_id>/delete/", changes.watch_delete, name="watch_delete"),
    path("log/undo/<int:change_id>/", changes.undo, name="undo"),
    path("library/", library, name="library"),
    path("up-next/", up_next, name="up_next"),
    path("episodes/<int:episode_id>/check-in/", changes.check_in_episode, name="check_in_episode"),
    path("titles/<int:title_id>/check-in/", changes.check_in_movie, name="check_in_movie"),
    path("titles/<int:title_id>/plan/", changes.plan, name="plan"),
]
