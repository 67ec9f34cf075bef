from django.urls import path

from api.v1.imaging import views

urlpatterns = [
    path("projects/<slug:slug>/studies/", views.StudiesView.as_view()),
    path("projects/<slug:slug>/studies/<uuid:study_id>/", views.StudyView.as_view()),
    path(
        "projects/<slug:slug>/studies/<uuid:study_id>/thumbnail/",
        views.StudyThumbnailView.as_view(),
        name="study-thumbnail",
    ),
    path("projects/<slug:slug>/stacks/<uuid:stack_id>/", views.StackView.as_view()),
    path("projects/<slug:slug>/stacks/<uuid:stack_id>/kind/", views.StackKindView.as_view()),
    path(
        "projects/<slug:slug>/stacks/<uuid:stack_id>/thumbnail/",
        views.StackThumbnailView.as_view(),
        name="stack-thumbnail",
    ),
]
