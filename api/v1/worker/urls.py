from django.urls import path

from api.v1.worker import views

urlpatterns = [
    path("worker/next/", views.NextView.as_view()),
    path("worker/bye/", views.ByeView.as_view()),
    path("worker/jobs/due/", views.DueView.as_view()),
    path("worker/jobs/<uuid:job_id>/lease/", views.LeaseView.as_view()),
    path("worker/jobs/<uuid:job_id>/heartbeat/", views.HeartbeatView.as_view()),
    path("worker/jobs/<uuid:job_id>/artifacts/<str:name>/", views.ArtifactView.as_view()),
    path("worker/jobs/<uuid:job_id>/result/", views.ResultView.as_view()),
    path("worker/inputs/<str:signed>/", views.InputView.as_view()),
]
