from django.urls import path

from api.v1.annotations import views

urlpatterns = [
    path(
        "projects/<slug:slug>/cases/<uuid:case_id>/annotations/import/",
        views.ImportAnnotationsView.as_view(),
    ),
]
