from django.urls import path

from api.v1.receiving import views

urlpatterns = [
    path("projects/<slug:slug>/receiving/", views.ReceivingView.as_view()),
]
