from django.urls import path

from api.v1.models import views

urlpatterns = [
    path("starting-models/", views.StartingModelsView.as_view()),
    path("projects/<slug:slug>/models/", views.ModelsView.as_view()),
    path("models/<uuid:model_id>/", views.ModelView.as_view()),
    path("models/<uuid:model_id>/evaluate/", views.EvaluateView.as_view()),
    path("models/<uuid:model_id>/propose/", views.ProposeView.as_view()),
    path("models/<uuid:model_id>/approve/", views.ApproveView.as_view()),
    path("models/<uuid:model_id>/refuse/", views.RefuseView.as_view()),
    path("projects/<slug:slug>/training-runs/", views.TrainingRunsView.as_view()),
    path("training-runs/<uuid:run_id>/", views.TrainingRunView.as_view()),
]
