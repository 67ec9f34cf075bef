from django.urls import path

from api.v1.withdrawals import views

ROOT = "projects/<slug:slug>/subjects/"
urlpatterns = [
    path(ROOT, views.SubjectsView.as_view()),
    path(f"{ROOT}<uuid:subject_id>/withdrawal/preview/", views.PreviewView.as_view()),
    path(f"{ROOT}<uuid:subject_id>/withdrawal/", views.WithdrawalView.as_view()),
]
