from typing import Any

from rest_framework import serializers

from portal.accounts.models import ApiToken, User, UserSession


class MeSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["id", "email", "display_name", "is_installation_admin", "must_change_password"]


class SessionSerializer(serializers.Serializer[Any]):
    user = MeSerializer(allow_null=True)
    version = serializers.CharField()
    mail_configured = serializers.BooleanField()


class SignInSerializer(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=1024, trim_whitespace=False)


class ChangePasswordSerializer(serializers.Serializer[Any]):
    current_password = serializers.CharField(max_length=1024, trim_whitespace=False)
    new_password = serializers.CharField(max_length=1024, trim_whitespace=False)


class ResetRequestSerializer(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254)


class ResetConfirmSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=200)
    new_password = serializers.CharField(max_length=1024, trim_whitespace=False)


class UserSessionSerializer(serializers.ModelSerializer[UserSession]):
    is_current = serializers.SerializerMethodField()

    class Meta:
        model = UserSession
        fields = ["id", "created_at", "last_seen_at", "user_agent", "is_current"]

    def get_is_current(self, row: UserSession) -> bool:
        return row.session_key == self.context["session_key"]


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    class Meta:
        model = ApiToken
        fields = ["id", "name", "created_at", "last_used_at"]


class NewTokenSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)


class MadeTokenSerializer(TokenSerializer):
    token = serializers.CharField()

    class Meta(TokenSerializer.Meta):
        fields = [*TokenSerializer.Meta.fields, "token"]


class UserProjectSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())


class UserSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    email = serializers.CharField()
    display_name = serializers.CharField()
    is_active = serializers.BooleanField()
    is_installation_admin = serializers.BooleanField()
    last_sign_in_at = serializers.DateTimeField(allow_null=True)
    projects = UserProjectSerializer(many=True)


class UserPageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    results = UserSerializer(many=True)


class NewUserSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254)
    display_name = serializers.CharField(max_length=120)


class UpdateUserSerializer(serializers.Serializer[Any]):
    is_active = serializers.BooleanField(required=False)
    display_name = serializers.CharField(max_length=120, required=False)
    is_installation_admin = serializers.BooleanField(required=False)


class LinkSerializer(serializers.Serializer[Any]):
    url = serializers.CharField()
    expires_at = serializers.DateTimeField()
