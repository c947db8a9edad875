from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrackingConfig(AppConfig):
    name = "tracking"
    verbose_name = _("Log")

    def ready(self) -> None:
        from accounts import leaving
        from catalog import merging
        from tracking.leaving import forget
        from tracking.merging import MOVERS

        leaving.register(forget)
        merging.register(*MOVERS)
