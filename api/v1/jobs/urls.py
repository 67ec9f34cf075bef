from django.urls import path

from api.v1.jobs import views

urlpatterns = [
    path("projects/<slug:slug>/jobs/", views.JobsView.as_view()),
    path("projects/<slug:slug>/jobs/workload/", views.WorkloadView.as_view()),
    path("jobs/", views.AllJobsView.as_view()),
    path("jobs/workload/", views.AllWorkloadView.as_view()),
    path("jobs/<uuid:job_id>/", views.JobView.as_view()),
    path("jobs/<uuid:job_id>/cancel/", views.JobCancelView.as_view()),
    path("jobs/<uuid:job_id>/retry/", views.JobRetryView.as_view()),
    path("projects/<slug:slug>/preannotate/", views.PreannotateView.as_view()),
    path("projects/<slug:slug>/preannotate/all/", views.PreannotateAllView.as_view()),
    path("reads/<uuid:read_id>/preannotate/", views.PreannotateReadView.as_view()),
]
