from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from api.dicomweb import stow
from api.dicomweb.routes import INSTANCE, ROUTES, SERIES, STUDY
from api.dicomweb.views import Answer, Capabilities, Resource

View = Callable[..., HttpResponseBase]
_store: View = stow.StowView.as_view()


def _ask_or_store(ask: View) -> View:
    """One address for two services: GET asks, POST stores. Both views check CSRF themselves."""

    @csrf_exempt
    def view(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        return (_store if request.method == "POST" else ask)(request, **kwargs)

    return view


urlpatterns = [path("", Capabilities.as_view())]
for route, handler in ROUTES:
    view_class = Resource if route in (STUDY, SERIES, INSTANCE) else Answer
    view: View = view_class.as_view(handler=(handler,))
    urlpatterns.append(path(route, _ask_or_store(view) if route in ("studies", STUDY) else view))
