from django.contrib import admin
from django.urls import include, path

from accounts.views import account_delete
from catalog.views import staff
from config import views as site
from tracking.views.home import home

urlpatterns = [
    path("", home, name="home"),
    path("", include("catalog.urls")),
    path("", include("tracking.urls")),
    path("profiles/", include("accounts.urls")),
    path("account/delete/", account_delete, name="account_delete"),
    path("theme/", site.theme, name="theme"),
    path("healthz", site.healthz, name="healthz"),
    path("readyz", site.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("admin/", staff.front_page, name="staff"),
    path("admin/jobs/retry/", staff.retry_jobs, name="retry_jobs"),
    path("admin/jobs/<str:job_id>/retry/", staff.retry_job, name="retry_job"),
    path("admin/records/<int:record_id>/try/", staff.try_record, name="try_record"),
    path("admin/", admin.site.urls),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.permission_denied"
handler404 = "config.views.page_not_found"
handler500 = "config.views.server_error"
