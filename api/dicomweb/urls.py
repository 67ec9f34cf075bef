from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from api.dicomweb import stow
from api.dicomweb.routes import ROUTES, STUDY, Handler
from api.dicomweb.views import Answer

View = Callable[..., HttpResponseBase]
_store: View = stow.StowView.as_view()


def _view(handler: Handler) -> View:
    # in a tuple: a bare function on a class would become its method
    found: View = Answer.as_view(handler=(handler,))
    return found


def _ask_or_store(ask: View) -> View:
    """One address for two services: GET asks, POST stores. Both views check CSRF themselves."""

    @csrf_exempt
    def view(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        return (_store if request.method == "POST" else ask)(request, **kwargs)

    return view


urlpatterns = [
    path(route, _ask_or_store(_view(handler)) if route in ("studies", STUDY) else _view(handler))
    for route, handler in ROUTES
]
