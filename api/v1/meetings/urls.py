from django.urls import path

from api.v1.meetings import views

P, ONE = "projects/<slug:slug>/", "meetings/<uuid:meeting_id>/"

urlpatterns = [
    path(f"{P}meetings/", views.MeetingsView.as_view(), name="meetings"),
    path(f"{P}meetings/people/", views.PeopleView.as_view(), name="meeting-people"),
    path(f"{P}cases/<uuid:case_id>/presence/", views.PresenceView.as_view(), name="presence"),
    path(ONE, views.MeetingView.as_view(), name="meeting"),
    path(f"{ONE}invite/", views.InviteView.as_view(), name="meeting-invite"),
    path(f"{ONE}agenda/", views.AgendaView.as_view(), name="meeting-agenda"),
    path(f"{ONE}act/", views.ActView.as_view(), name="meeting-act"),
    path(f"{ONE}events/", views.EventsView.as_view(), name="meeting-events"),
    path(f"{ONE}items/<uuid:item_id>/", views.ItemView.as_view(), name="meeting-item"),
]
