from django.urls import path

from api.v1.accounts import preference_views as preference
from api.v1.accounts import session_views as session
from api.v1.accounts import user_views as user

urlpatterns = [
    path("session/", session.SessionView.as_view(), name="session"),
    path("password/change/", session.ChangePasswordView.as_view(), name="password-change"),
    path("password/reset/", session.ResetRequestView.as_view(), name="password-reset"),
    path("password/reset/confirm/", session.ResetConfirmView.as_view(), name="password-confirm"),
    path("sessions/", session.SessionsView.as_view(), name="sessions"),
    path("sessions/<uuid:session_id>/", session.SessionDetailView.as_view(), name="session-end"),
    path("me/preferences/", preference.PreferencesView.as_view(), name="preferences"),
    path("me/mail/", preference.MailView.as_view(), name="mail"),
    path("tokens/", session.TokensView.as_view(), name="tokens"),
    path("tokens/<uuid:token_id>/", session.TokenDetailView.as_view(), name="token"),
    path("users/", user.UsersView.as_view(), name="users"),
    path("users/<uuid:user_id>/", user.UserDetailView.as_view(), name="user"),
    path(
        "users/<uuid:user_id>/one-time-link/", user.OneTimeLinkView.as_view(), name="one-time-link"
    ),
]
