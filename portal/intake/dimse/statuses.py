"""What a sender is told about each file: the C-STORE status (PS3.4 B.2.3, PS3.7 C)."""

from portal.intake.models import ImportItem, ImportOutcome

SUCCESS = 0x0000
OUT_OF_RESOURCES = 0xA700  # nothing was kept; senders try again
NOT_MATCHING = 0xA900  # the dataset is of another class or instance than the command says
CANNOT_UNDERSTAND = 0xC000
SOP_CLASS_NOT_SUPPORTED = 0x0122
DUPLICATE_INSTANCE = 0x0111

_BY_CODE = {
    "uid_conflict": DUPLICATE_INSTANCE,
    "unsupported_input": SOP_CLASS_NOT_SUPPORTED,
    "uid_mismatch": NOT_MATCHING,
}


def status_of(item: ImportItem) -> int:
    """Success for what is stored now or was before: the sender may forget it."""
    if item.outcome == ImportOutcome.QUARANTINED:
        return _BY_CODE.get(item.code, CANNOT_UNDERSTAND)
    return SUCCESS
