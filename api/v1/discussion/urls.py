from django.urls import path

from api.v1.discussion import views

ONE = "threads/<uuid:thread_id>/"

urlpatterns = [
    path(
        "projects/<slug:slug>/threads/", views.ProjectThreadsView.as_view(), name="project-threads"
    ),
    path(
        "projects/<slug:slug>/cases/<uuid:case_id>/threads/",
        views.CaseThreadsView.as_view(),
        name="case-threads",
    ),
    path("reads/<uuid:read_id>/threads/", views.ReadThreadsView.as_view(), name="read-threads"),
    path(f"{ONE}comments/", views.CommentsView.as_view(), name="thread-comments"),
    path(f"{ONE}comments/<uuid:comment_id>/", views.CommentView.as_view(), name="thread-comment"),
    path(f"{ONE}resolve/", views.ResolveView.as_view(), name="thread-resolve"),
]
