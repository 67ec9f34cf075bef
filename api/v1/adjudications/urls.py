from django.urls import path

from api.v1.adjudications import views

ONE = "adjudications/<uuid:adjudication_id>/"
REFERENCE = "projects/<slug:slug>/cases/<uuid:case_id>/reference/"

urlpatterns = [
    path(
        "projects/<slug:slug>/adjudications/",
        views.AdjudicationsView.as_view(),
        name="adjudications",
    ),
    path(ONE, views.AdjudicationView.as_view(), name="adjudication"),
    path(f"{ONE}start/", views.StartView.as_view(), name="adjudication-start"),
    path(f"{ONE}decide/", views.DecideView.as_view(), name="adjudication-decide"),
    path(f"{ONE}undo/", views.UndoView.as_view(), name="adjudication-undo"),
    path(f"{ONE}sign/", views.SignView.as_view(), name="adjudication-sign"),
    path(REFERENCE, views.ReferenceView.as_view(), name="reference"),
    path(f"{REFERENCE}versions/", views.ReferenceVersionsView.as_view(), name="reference-versions"),
    path(f"{REFERENCE}reopen/", views.ReopenView.as_view(), name="reference-reopen"),
    path(f"{REFERENCE}report.pdf", views.ReportView.as_view(), name="reference-report"),
]
