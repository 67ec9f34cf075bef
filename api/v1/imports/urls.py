from django.urls import path

from api.v1.imports import quarantine, views

_IMPORT = "projects/<slug:slug>/imports/<uuid:batch_id>/"
_KEPT = "projects/<slug:slug>/quarantine/<uuid:file_id>/"

urlpatterns = [
    path("projects/<slug:slug>/imports/", views.ImportsView.as_view()),
    path(_IMPORT, views.ImportView.as_view()),
    path(f"{_IMPORT}known/", views.ImportKnownView.as_view()),
    path(f"{_IMPORT}files/", views.ImportFilesView.as_view()),
    path(f"{_IMPORT}finish/", views.ImportFinishView.as_view()),
    path(f"{_IMPORT}items/", views.ImportItemsView.as_view()),
    path(f"{_IMPORT}report/", views.ImportReportView.as_view()),
    path("projects/<slug:slug>/quarantine/", quarantine.QuarantineView.as_view()),
    path(_KEPT, quarantine.QuarantinedFileView.as_view()),
    path(f"{_KEPT}file/", quarantine.QuarantineContentView.as_view()),
    path(f"{_KEPT}retry/", quarantine.QuarantineRetryView.as_view()),
]
