from django.urls import path

from api.realtime.consumers import MyConsumer
from api.realtime.meeting import MeetingConsumer

websocket_urlpatterns = [
    path("ws/me/", MyConsumer.as_asgi()),
    path("ws/meetings/<uuid:meeting_id>/", MeetingConsumer.as_asgi()),
]
