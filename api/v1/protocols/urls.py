from django.urls import path

from api.v1.protocols import views

BASE = "projects/<slug:slug>/protocols/"
ONE = f"{BASE}<uuid:protocol_id>/"
VERSION = f"{ONE}versions/<int:version>/"

urlpatterns = [
    path("ready-protocols/", views.ReadyProtocolsView.as_view(), name="ready-protocols"),
    path(BASE, views.ProtocolsView.as_view(), name="protocols"),
    path(f"{BASE}draft/", views.ProtocolDraftView.as_view(), name="protocol-draft"),
    path(ONE, views.ProtocolDetailView.as_view(), name="protocol"),
    path(f"{ONE}use/", views.UseProtocolView.as_view(), name="protocol-use"),
    path(VERSION, views.ProtocolVersionView.as_view(), name="protocol-version"),
    path(f"{VERSION}file/", views.ProtocolFileView.as_view(), name="protocol-file"),
    path(f"{VERSION}changes/", views.ProtocolChangesView.as_view(), name="protocol-changes"),
]
