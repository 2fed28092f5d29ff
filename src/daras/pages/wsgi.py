"""The web server's way in: `daras.pages.wsgi:application`."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import get_resolver

from daras.design.environment import load_all

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daras.settings")

application = get_wsgi_application()

# What is loaded by now lives as long as the process. Not looked through for garbage, it no longer holds one page in
# some two hundred up for 0.2 s.
_ = get_resolver().url_patterns
load_all(engines["jinja2"].env)  # type: ignore[attr-defined]
gc.collect()
gc.freeze()
