from django.urls import path

from api.v1.work import views

urlpatterns = [path("my-work/", views.MyWorkView.as_view(), name="my-work")]
