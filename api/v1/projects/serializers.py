from typing import Any

from rest_framework import serializers


class ModelBriefSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    version = serializers.CharField()
    title = serializers.CharField()
    noncommercial = serializers.BooleanField()
    demonstration = serializers.BooleanField()
    state = serializers.CharField()


class CountsSerializer(serializers.Serializer[Any]):
    studies = serializers.IntegerField(allow_null=True)
    cases = serializers.IntegerField(allow_null=True)
    cases_locked = serializers.IntegerField(allow_null=True)
    members = serializers.IntegerField(allow_null=True)


class FirstRunStepSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    done = serializers.BooleanField()
    href = serializers.CharField()


class DeidentificationSerializer(serializers.Serializer[Any]):
    """``fixed``: studies are stored, so it can't be changed any more."""

    on = serializers.BooleanField()
    options = serializers.ListField(child=serializers.CharField(max_length=20), max_length=10)
    procedure = serializers.CharField(read_only=True)
    fixed = serializers.BooleanField(read_only=True)


class ProjectSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    time_zone = serializers.CharField()
    my_roles = serializers.ListField(child=serializers.CharField())
    my_permissions = serializers.ListField(child=serializers.CharField())
    champion = ModelBriefSerializer(allow_null=True)
    counts = CountsSerializer()
    first_run = FirstRunStepSerializer(many=True)
    deidentification = DeidentificationSerializer()
    created_at = serializers.DateTimeField()


class ProjectPageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    results = ProjectSerializer(many=True)


class NewProjectSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    slug = serializers.SlugField(max_length=60, required=False, allow_blank=True)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    owner_email = serializers.CharField(max_length=254, required=False, allow_blank=True)
    starting_model = serializers.CharField(max_length=80, required=False)
    ai_visible = serializers.BooleanField(required=False, default=True)
    reads_per_case = serializers.IntegerField(min_value=1, max_value=8, required=False, default=2)
    protocol = serializers.CharField(
        max_length=60,
        required=False,
        allow_blank=True,
        default="",
        help_text="A ready protocol by its key; its own AI and reads per case then hold.",
    )
    deidentification = DeidentificationSerializer(required=False)


class UpdateProjectSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120, required=False)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    time_zone = serializers.CharField(max_length=64, required=False)
    deidentification = DeidentificationSerializer(required=False)


class MemberUserSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    display_name = serializers.CharField()
    email = serializers.CharField()


class MemberSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    user = MemberUserSerializer()
    roles = serializers.ListField(child=serializers.CharField())
    added_at = serializers.DateTimeField()


class NewMemberSerializer(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=254)
    roles = serializers.ListField(child=serializers.CharField(), min_length=1, max_length=12)


class RolesSerializer(serializers.Serializer[Any]):
    roles = serializers.ListField(child=serializers.CharField(), min_length=1, max_length=12)


class InvitationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    email = serializers.CharField(allow_blank=True)
    roles = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    is_open = serializers.BooleanField(help_text="The link still works.")


class NewInvitationSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    roles = serializers.ListField(child=serializers.CharField(), min_length=1, max_length=12)


class InvitationLinkSerializer(serializers.Serializer[Any]):
    url = serializers.CharField()
    expires_at = serializers.DateTimeField()


class OpenInvitationSerializer(serializers.Serializer[Any]):
    project_name = serializers.CharField()
    project_slug = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    email = serializers.CharField(allow_null=True)
    expires_at = serializers.DateTimeField()
    needs_account = serializers.BooleanField()


class AcceptInvitationSerializer(serializers.Serializer[Any]):
    display_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    password = serializers.CharField(max_length=1024, required=False, trim_whitespace=False)


class AcceptedSerializer(serializers.Serializer[Any]):
    project_slug = serializers.CharField()
