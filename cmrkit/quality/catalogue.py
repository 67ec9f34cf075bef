"""What a person is told who may know that something is to be checked, and nothing of contents.

Those who run a reading must not learn from a flag what the AI drew or measured. They get a topic
and its sentence: no number, no slice, and no word on whether a volume is large or small.
"""

TOPICS = {
    "scope": "These may not be short-axis cine images. Look at them before anybody reads them.",
    "kind": "The images may be of another kind or view than what counts for them. "
    "Look at them, and correct kind and view if they are wrong.",
    "draft_missing": "The draft misses a part of the heart.",
    "draft_shape": "Some contours of the draft have a form that no heart has.",
    "draft_curve": "The draft is unsteady from phase to phase.",
    "draft_amounts": "An amount from the draft lies outside what hearts have.",
    "draft_unsure": "The model is unsure of its draft.",
    "images_coverage": "The stack may end before the base or the apex.",
    "images_shift": "Some slices are out of line with the others.",
    "images_timing": "Phases don't follow one another in some slices: motion or mistriggering.",
    "images_contrast": "Blood and muscle hardly differ: low contrast or much noise.",
    "images_incomplete": "Frames are missing.",
    "spacing": "The images give no pixel size: millimetres are assumed.",
    "other": "The draft needs a look.",
}

_CODES = {
    "scope": "kind_unknown view_uncertain one_phase few_slices no_heart_found nothing_moves "
    "brightness_changes heart_uncertain not_finite no_pixels signed_values no_contrast noise_only "
    "not_mr not_cine not_late_enhancement not_short_axis not_chamber_view "
    "not_long_axis image_too_small image_too_large implausible_spacing "
    "implausible_field_of_view",
    "kind": "kind_doubtful",
    "draft_missing": "no_left_ventricle no_left_atrium no_right_ventricle rv_not_beside_lv "
    "slice_skipped structure_tiny",
    "draft_shape": "several_parts wall_open area_jump",
    "draft_curve": "volume_flicker systole_at_odd_time mass_changes",
    "draft_amounts": "hardly_contracts volume_jump volume_implausible mass_implausible",
    "draft_unsure": "low_confidence",
    "images_coverage": "base_missing apex_missing",
    "images_shift": "slice_shift",
    "images_timing": "phases_out_of_order",
    "images_contrast": "low_contrast",
    "images_incomplete": "frames_missing",
    "spacing": "spacing_assumed",
}
TOPIC_OF = {code: topic for topic, codes in _CODES.items() for code in codes.split()}


def topic_of(code: str) -> str:
    """The topic of a finding's code; ``other`` for one that only a worker from elsewhere knows."""
    return TOPIC_OF.get(code, "other")
