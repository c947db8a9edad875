from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        from catalog import checks, merging  # noqa: F401
        from catalog.merging import catalogue

        merging.register(*catalogue.MOVERS)
