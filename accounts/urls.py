from django.urls import path

from . import views

app_name = "accounts"

urlpatterns = [
    path("", views.profile_list, name="profile_list"),
    path("new/", views.profile_add, name="profile_add"),
    path("<int:profile_id>/", views.profile_edit, name="profile_edit"),
    path("<int:profile_id>/switch/", views.profile_switch, name="profile_switch"),
]
