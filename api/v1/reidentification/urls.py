from django.urls import path

from api.v1.reidentification import views

urlpatterns = [
    path("projects/<slug:slug>/reidentification/", views.ReidentificationView.as_view()),
    path("projects/<slug:slug>/reidentification/open/", views.OpenReidentificationView.as_view()),
]
