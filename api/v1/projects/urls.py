from django.urls import path

from api.v1.projects import team_views as team
from api.v1.projects import views

urlpatterns = [
    path("projects/", views.ProjectsView.as_view(), name="projects"),
    path("projects/<slug:slug>/", views.ProjectDetailView.as_view(), name="project"),
    path("projects/<slug:slug>/members/", team.MembersView.as_view(), name="members"),
    path(
        "projects/<slug:slug>/members/<uuid:user_id>/",
        team.MemberDetailView.as_view(),
        name="member",
    ),
    path("projects/<slug:slug>/invitations/", team.InvitationsView.as_view(), name="invitations"),
    path(
        "projects/<slug:slug>/invitations/<uuid:invitation_id>/",
        team.InvitationDetailView.as_view(),
        name="invitation-made",
    ),
    path("invitations/<str:token>/", team.OpenInvitationView.as_view(), name="invitation"),
    path(
        "invitations/<str:token>/accept/",
        team.AcceptInvitationView.as_view(),
        name="invitation-accept",
    ),
]
