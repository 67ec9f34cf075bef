from django.urls import path

from api.v1.datasets import views

urlpatterns = [
    path("projects/<slug:slug>/datasets/", views.DatasetsView.as_view()),
    path("datasets/<uuid:dataset_id>/", views.DatasetView.as_view()),
    path("datasets/<uuid:dataset_id>/manifest/", views.ManifestView.as_view()),
    path("datasets/<uuid:dataset_id>/since/<uuid:old_id>/", views.DifferenceView.as_view()),
    path("datasets/<uuid:dataset_id>/measurements/", views.MeasurementsView.as_view()),
    path("datasets/<uuid:dataset_id>/exports/", views.ExportsView.as_view()),
    path(
        "exports/<uuid:export_id>/download/",
        views.ExportDownloadView.as_view(),
        name="export-download",
    ),
    path("projects/<slug:slug>/test-sets/", views.TestSetsView.as_view()),
    path("projects/<slug:slug>/test-sets/free/", views.FreeCasesView.as_view()),
]
