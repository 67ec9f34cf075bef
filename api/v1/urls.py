from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

RESOURCES = [
    "accounts",
    "projects",
    "audit",
    "protocols",
    "imaging",
    "imports",
    "receiving",
    "archives",
    "reidentification",
    "cases",
    "assignment",
    "annotations",
    "reads",
    "agreement",
    "adjudications",
    "jobs",
    "worker",
    "datasets",
    "models",
    "discussion",
    "meetings",
    "notifications",
    "work",
    "withdrawals",
]

urlpatterns = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    *[path("", include(f"api.v1.{resource}.urls")) for resource in RESOURCES],
]
