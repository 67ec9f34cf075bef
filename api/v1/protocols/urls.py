from django.urls import path

from api.v1.protocols import views

urlpatterns = [
    path("projects/<slug:slug>/protocols/", views.ProtocolsView.as_view(), name="protocols"),
    path(
        "projects/<slug:slug>/protocols/<uuid:protocol_id>/",
        views.ProtocolDetailView.as_view(),
        name="protocol",
    ),
]
