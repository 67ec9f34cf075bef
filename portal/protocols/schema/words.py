"""The words that rules are written in, and the refusal of rules that can't be used."""

from portal.core.errors import InvalidInput

SCHEMA_VERSION = 2
PAPILLARY = ("cavity", "mass")  # where papillary muscles are counted
SUBMIT_REQUIRES = ("ed_es",)
QUESTION_KINDS = ("choice", "multiple", "number", "text", "date", "landmark")
CHOSEN = ("choice", "multiple")  # kinds that offer options; what a condition may ask about
BANDS = ("edv_ml", "esv_ml", "ef_points", "mass_g", "dice_min")
AI_SHOWN = ("never", "after_first", "from_start")
ORDERS = ("listed", "random")
STRATA = ("site", "disease")
PROPOSALS = ("majority", "staple", "designated")
LEAST_READS, MOST_READS = 1, 8
MOST_DUPLICATES = 0.5
MOST_DAYS = 3650
MOST_QUESTIONS, MOST_OPTIONS = 100, 50
ASSESSABLE, YES = "assessable", "yes"
NOT_ASSESSABLE = "not_assessable"
MAX_TEXT = 2000  # characters of a written answer
MAX_DECIMALS = 6
CODE_PATTERN = r"^[-a-zA-Z0-9_]{1,40}$"
COLOR_PATTERN = "^#[0-9a-fA-F]{6}$"


class InvalidRules(InvalidInput):
    """``details`` maps the path of a field, such as ``questions.2.options``, to its messages."""

    code = "invalid_rules"
    message = "The protocol's rules can't be used."
