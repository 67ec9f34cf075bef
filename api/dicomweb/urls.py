from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from api.dicomweb import qido, stow, wado

_STUDY = "studies/<str:study>"
_SERIES = f"{_STUDY}/series/<str:series>"
_INSTANCE = f"{_SERIES}/instances/<str:instance>"

View = Callable[..., HttpResponseBase]


def _ask_or_store(ask: View, store: View) -> View:
    """One address for two services: GET asks, POST stores. Both views check CSRF themselves."""

    @csrf_exempt
    def view(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        return (store if request.method == "POST" else ask)(request, **kwargs)

    return view


_retrieve, _metadata = wado.InstancesView.as_view(), wado.MetadataView.as_view()
_thumbnail, _store = wado.ThumbnailView.as_view(), stow.StowView.as_view()

urlpatterns = [
    path("studies", _ask_or_store(qido.StudiesQuery.as_view(), _store)),
    path("series", qido.SeriesQuery.as_view()),
    path("instances", qido.InstancesQuery.as_view()),
    path(_STUDY, _ask_or_store(_retrieve, _store)),
    path(f"{_STUDY}/series", qido.SeriesQuery.as_view()),
    path(f"{_STUDY}/instances", qido.InstancesQuery.as_view()),
    path(f"{_STUDY}/metadata", _metadata),
    path(f"{_STUDY}/thumbnail", _thumbnail),
    path(_SERIES, _retrieve),
    path(f"{_SERIES}/instances", qido.InstancesQuery.as_view()),
    path(f"{_SERIES}/metadata", _metadata),
    path(f"{_SERIES}/thumbnail", _thumbnail),
    path(_INSTANCE, _retrieve),
    path(f"{_INSTANCE}/metadata", _metadata),
    path(f"{_INSTANCE}/thumbnail", _thumbnail),
    path(f"{_INSTANCE}/frames/<str:numbers>", wado.frames),
]
