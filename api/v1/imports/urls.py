from django.urls import path

from api.v1.imports import views

urlpatterns = [
    path("projects/<slug:slug>/imports/", views.ImportsView.as_view()),
    path("projects/<slug:slug>/imports/<uuid:batch_id>/", views.ImportView.as_view()),
    path("projects/<slug:slug>/imports/<uuid:batch_id>/files/", views.ImportFilesView.as_view()),
    path("projects/<slug:slug>/imports/<uuid:batch_id>/finish/", views.ImportFinishView.as_view()),
]
