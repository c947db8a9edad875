from django import template

from config.paths import path_to

register = template.Library()
register.simple_tag(path_to, name="path")
