from django.urls import path

from api.v1.agreement import views

urlpatterns = [
    path(
        "projects/<slug:slug>/cases/<uuid:case_id>/agreement/",
        views.AgreementView.as_view(),
        name="agreement",
    ),
]
