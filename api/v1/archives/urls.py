from django.urls import path

from api.v1.archives import views

ONE = "projects/<slug:slug>/remote-archives/<uuid:archive_id>/"

urlpatterns = [
    path("projects/<slug:slug>/remote-archives/", views.ArchivesView.as_view()),
    path(ONE, views.ArchiveView.as_view()),
    path(f"{ONE}test/", views.ArchiveTestView.as_view()),
    path(f"{ONE}search/", views.ArchiveSearchView.as_view()),
    path(f"{ONE}pull/", views.ArchivePullView.as_view()),
]
