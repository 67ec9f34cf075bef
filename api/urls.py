from django.urls import include, path, re_path

from api import errors, spa

urlpatterns = [
    path("api/v1/", include("api.v1.urls")),
    re_path(r"^api/.*$", errors.json_not_found),
    path("dicomweb/<slug:slug>/", include("api.dicomweb.urls")),
    path("", include("api.health")),
    re_path(r"^(?!static/|dicomweb/|ws/)(?P<path>.*)$", spa.spa, name="spa"),
]

handler404 = "api.errors.json_not_found"
handler500 = "api.errors.json_server_error"
