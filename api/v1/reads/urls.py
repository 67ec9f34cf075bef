from django.urls import path

from api.v1.reads import views

urlpatterns = [
    path("reads/<uuid:read_id>/", views.ReadView.as_view(), name="read"),
    path("reads/<uuid:read_id>/withdraw/", views.WithdrawView.as_view(), name="read-withdraw"),
    path(
        "reads/<uuid:read_id>/annotations/",
        views.AnnotationsView.as_view(),
        name="read-annotations",
    ),
    path(
        "reads/<uuid:read_id>/operations/", views.OperationsView.as_view(), name="read-operations"
    ),
    path(
        "reads/<uuid:read_id>/measurements/",
        views.MeasurementsView.as_view(),
        name="read-measurements",
    ),
    path("reads/<uuid:read_id>/long-axis/", views.LongAxisView.as_view(), name="read-long-axis"),
    path(
        "reads/<uuid:read_id>/segment-frame/",
        views.SegmentFrameView.as_view(),
        name="read-segment-frame",
    ),
    path(
        "reads/<uuid:read_id>/first-opinion/",
        views.FirstOpinionView.as_view(),
        name="read-first-opinion",
    ),
    path("reads/<uuid:read_id>/ai/", views.AiOpinionView.as_view(), name="read-ai"),
    path("reads/<uuid:read_id>/submit/", views.SubmitView.as_view(), name="read-submit"),
]
