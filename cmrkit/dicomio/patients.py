"""Who is the same patient, by what a file says as it was sent."""

from cmrkit.dicomio.json_model import text_of

_NOTHING = " ^=\0"  # what a name consists of where nobody wrote one (PS3.5 6.2.1)


def patient_key(*, issuer: str, patient_id: str, name: str, study_uid: str) -> str:
    """What tells patients apart; never shown or stored as it is. Where neither id nor name is
    written the study stands for its patient: nothing says that two such studies are of one."""
    if not patient_id.strip() and not name.strip(_NOTHING):
        return text_of(f"{issuer}|||{study_uid.strip()}")
    return text_of(f"{issuer}|{patient_id}|{name}")
