from django.urls import path

from api.v1.models import card_views, drift_views, gate_views, shadow_views, views

urlpatterns = [
    path("starting-models/", views.StartingModelsView.as_view()),
    path("projects/<slug:slug>/models/", views.ModelsView.as_view()),
    path("models/<uuid:model_id>/", views.ModelView.as_view()),
    path("models/<uuid:model_id>/card/", card_views.ModelCardView.as_view()),
    path("models/<uuid:model_id>/checklists/", card_views.ChecklistsView.as_view()),
    path("models/<uuid:model_id>/checklists/<slug:checklist>/", card_views.ChecklistView.as_view()),
    path("models/<uuid:model_id>/shadow/", shadow_views.ShadowView.as_view()),
    path("models/<uuid:model_id>/evaluate/", views.EvaluateView.as_view()),
    path("models/<uuid:model_id>/propose/", views.ProposeView.as_view()),
    path("models/<uuid:model_id>/approve/", views.ApproveView.as_view()),
    path("models/<uuid:model_id>/refuse/", views.RefuseView.as_view()),
    path("models/<uuid:model_id>/roll-back/", gate_views.RollBackView.as_view()),
    path("projects/<slug:slug>/gate-plans/", gate_views.GatePlansView.as_view()),
    path("projects/<slug:slug>/drift/", drift_views.DriftView.as_view()),
    path("projects/<slug:slug>/corrections/", drift_views.CorrectionsView.as_view()),
    path("projects/<slug:slug>/training-runs/", views.TrainingRunsView.as_view()),
    path("training-runs/<uuid:run_id>/", views.TrainingRunView.as_view()),
]
