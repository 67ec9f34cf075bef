from django.apps import AppConfig


class WithdrawalConfig(AppConfig):
    name = "portal.withdrawal"
    label = "withdrawal"
