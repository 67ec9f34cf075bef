"""Pages, API and sockets; in embedded mode DICOMweb too."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("ACCORD_DB_POOL", "10")  # connections of this process, with PostgreSQL

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

from api.dicomweb.lean_asgi import LeanDicomweb
from api.realtime.routing import websocket_urlpatterns

application = ProtocolTypeRouter(
    {
        "http": LeanDicomweb(django_application),
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
        ),
    }
)
