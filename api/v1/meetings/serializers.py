from typing import Any

from rest_framework import serializers


class MeetingPersonSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class SeatSerializer(MeetingPersonSerializer):
    joined_at = serializers.DateTimeField(allow_null=True)
    here = serializers.BooleanField()


class MeetingBriefSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=["planned", "live", "closed"])
    chair = MeetingPersonSerializer()
    planned_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    n_people = serializers.IntegerField()
    n_cases = serializers.IntegerField()


class MeetingPageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    page = serializers.IntegerField()
    page_size = serializers.IntegerField()
    results = MeetingBriefSerializer(many=True)


class MeetingChoiceSerializer(serializers.Serializer[Any]):
    reading = serializers.CharField(allow_null=True)
    answers = serializers.DictField()


class MeetingVoteSerializer(MeetingChoiceSerializer):
    user = MeetingPersonSerializer()
    is_blind = serializers.BooleanField()


class ItemDecisionSerializer(MeetingChoiceSerializer):
    number = serializers.IntegerField()
    text = serializers.CharField()
    dissent = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField()


class AgendaItemSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=["waiting", "open", "done"])
    vote_stage = serializers.ChoiceField(choices=["none", "blind", "open", "ended"])
    case_id = serializers.UUIDField(allow_null=True, help_text="Null: not open to this person.")
    case_label = serializers.CharField()
    opens = serializers.BooleanField(help_text="Its readings can be fetched now.")
    voted = serializers.ListField(child=serializers.UUIDField(), help_text="Who has voted.")
    votes = MeetingVoteSerializer(many=True, help_text="Those that lie open, and one's own.")
    decision = ItemDecisionSerializer(allow_null=True)


class PenSerializer(serializers.Serializer[Any]):
    holder = MeetingPersonSerializer()
    until = serializers.DateTimeField()


class MinutesSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    text = serializers.CharField()


class MeetingSerializer(MeetingBriefSerializer):
    project = serializers.DictField(child=serializers.CharField())
    is_blinded = serializers.BooleanField()
    sequence = serializers.IntegerField()
    me = serializers.UUIDField()
    may_settle = serializers.BooleanField(help_text="Holds the role that chairs and settles.")
    presenter = MeetingPersonSerializer()
    pen = PenSerializer(allow_null=True)
    people = SeatSerializer(many=True)
    items = AgendaItemSerializer(many=True)
    minutes = MinutesSerializer(allow_null=True)
    view = serializers.DictField()


class MeetingEventSerializer(serializers.Serializer[Any]):
    sequence = serializers.IntegerField()
    kind = serializers.CharField()
    at = serializers.CharField()
    by = MeetingPersonSerializer()
    item_id = serializers.UUIDField(allow_null=True)
    details = serializers.DictField()


class MeetingEventsSerializer(serializers.Serializer[Any]):
    events = MeetingEventSerializer(many=True)


class ConveneSerializer(serializers.Serializer[Any]):
    op_id = serializers.CharField(max_length=40)
    title = serializers.CharField(max_length=120)
    planned_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    is_blinded = serializers.BooleanField(required=False, default=True)


class InvitePeopleSerializer(serializers.Serializer[Any]):
    op_id = serializers.CharField(max_length=64)
    user_ids = serializers.ListField(child=serializers.UUIDField(), max_length=60)


class AgendaSerializer(serializers.Serializer[Any]):
    op_id = serializers.CharField(max_length=64)
    case_ids = serializers.ListField(child=serializers.UUIDField(), max_length=200)


class ActSerializer(serializers.Serializer[Any]):
    op_id = serializers.CharField(max_length=64)
    kind = serializers.CharField(max_length=24)
    details = serializers.DictField(required=False, default=dict)


class PresentSerializer(serializers.Serializer[Any]):
    page = serializers.ChoiceField(choices=["case", "adjudication", "meeting"])


class PresenceSerializer(MeetingPersonSerializer):
    page = serializers.CharField()


class PresencesSerializer(serializers.Serializer[Any]):
    others = PresenceSerializer(many=True)
