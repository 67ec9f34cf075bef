from django.urls import path

from api.realtime.consumers import MyConsumer

websocket_urlpatterns = [path("ws/me/", MyConsumer.as_asgi())]
