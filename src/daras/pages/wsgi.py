"""The web server's way in: `daras.pages.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daras.settings")

application = get_wsgi_application()
