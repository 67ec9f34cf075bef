from django.urls import path

from api.v1.audit import views

urlpatterns = [
    path("audit/", views.InstallationAuditView.as_view(), name="installation-audit"),
    path(
        "audit/verify/",
        views.InstallationAuditVerifyView.as_view(),
        name="installation-audit-verify",
    ),
    path("projects/<slug:slug>/audit/", views.ProjectAuditView.as_view(), name="project-audit"),
    path(
        "projects/<slug:slug>/audit/verify/",
        views.ProjectAuditVerifyView.as_view(),
        name="project-audit-verify",
    ),
]
