from django.urls import path

from api.v1.assignment import plan_views, views
from api.v1.assignment import training_views as t

P = "projects/<slug:slug>/"

urlpatterns = [
    path(f"{P}assignments/plan/", plan_views.PlanView.as_view(), name="plan"),
    path(f"{P}assignments/plan/make/", plan_views.MakePlanView.as_view(), name="plan-make"),
    path(
        f"{P}assignments/plan/jobs/<uuid:job_id>/",
        plan_views.PlanJobView.as_view(),
        name="plan-job",
    ),
    path(f"{P}strata/", views.StrataView.as_view(), name="strata"),
    path(f"{P}reading/", views.ReadingView.as_view(), name="reading"),
    path(f"{P}reading/export/", views.ReadingExportView.as_view(), name="reading-export"),
    path(f"{P}first-opinions/", views.OpinionsView.as_view(), name="first-opinions"),
    path(
        f"{P}first-opinions/export/",
        views.OpinionsExportView.as_view(),
        name="first-opinions-export",
    ),
    path(f"{P}reading/pause/", views.PauseView.as_view(), name="reading-pause"),
    path(f"{P}reading/resume/", views.ResumeView.as_view(), name="reading-resume"),
    path(f"{P}training/", t.TrainingView.as_view(), name="reader-training"),
    path(f"{P}training/mine/", t.OwnTrainingView.as_view(), name="own-training"),
    path(f"{P}training/cases/", t.TrainingCasesView.as_view(), name="training-cases"),
    path(f"{P}training/cases/<uuid:case_id>/", t.TrainingCaseView.as_view(), name="training-case"),
    path(f"{P}training/give/", t.GiveTrainingView.as_view(), name="training-give"),
    path(f"{P}training/admit/", t.AdmitView.as_view(), name="training-admit"),
    path(f"{P}conflicts/", views.ConflictsView.as_view(), name="conflicts"),
    path(f"{P}conflicts/<uuid:conflict_id>/", views.ConflictView.as_view(), name="conflict"),
    path("reads/<uuid:read_id>/reassign/", views.ReassignView.as_view(), name="read-reassign"),
    path("reads/<uuid:read_id>/conflict/", views.OwnConflictView.as_view(), name="read-conflict"),
]
