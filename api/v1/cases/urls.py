from django.urls import path

from api.v1.cases import views

urlpatterns = [
    path("projects/<slug:slug>/cases/", views.CasesView.as_view(), name="cases"),
    path("projects/<slug:slug>/cases/next/", views.NextCasesView.as_view(), name="next-cases"),
    path("projects/<slug:slug>/cases/<uuid:case_id>/", views.CaseView.as_view(), name="case"),
    path(
        "projects/<slug:slug>/cases/<uuid:case_id>/checks/",
        views.CaseChecksView.as_view(),
        name="case-checks",
    ),
    path("projects/<slug:slug>/readers/", views.ReadersView.as_view(), name="readers"),
    path("projects/<slug:slug>/assignments/", views.AssignmentsView.as_view(), name="assignments"),
]
