from django.urls import path

from api.v1.agreement import statistics_views, views

urlpatterns = [
    path(
        "projects/<slug:slug>/cases/<uuid:case_id>/agreement/",
        views.AgreementView.as_view(),
        name="agreement",
    ),
    path(
        "projects/<slug:slug>/agreement/statistics/",
        statistics_views.StatisticsView.as_view(),
        name="agreement-statistics",
    ),
    path(
        "projects/<slug:slug>/agreement/points/",
        statistics_views.StatisticsPointsView.as_view(),
        name="agreement-points",
    ),
    path(
        "projects/<slug:slug>/agreement/cases/<uuid:case_id>/contours/",
        statistics_views.BehindPointView.as_view(),
        name="agreement-contours",
    ),
    path(
        "projects/<slug:slug>/agreement/export/",
        statistics_views.StatisticsExportView.as_view(),
        name="agreement-export",
    ),
    path(
        "projects/<slug:slug>/agreement/raw-reads/",
        statistics_views.RawReadsView.as_view(),
        name="agreement-raw-reads",
    ),
]
