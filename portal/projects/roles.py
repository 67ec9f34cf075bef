"""Permissions are codes; a role is a set of them (docs/architecture.md has the table)."""

from enum import StrEnum


class Role(StrEnum):
    OWNER = "owner"
    COORDINATOR = "coordinator"
    UPLOADER = "uploader"
    READER = "reader"
    TRAINEE = "trainee"
    ADJUDICATOR = "adjudicator"
    DATA_SCIENTIST = "data_scientist"
    DATA_STEWARD = "data_steward"
    QUALITY = "quality"
    OBSERVER = "observer"


class Permission(StrEnum):
    VIEW_PROJECT = "view_project"
    EDIT_SETTINGS = "edit_settings"
    MANAGE_TEAM = "manage_team"
    EDIT_PROTOCOL = "edit_protocol"
    IMPORT = "import"
    VIEW_STUDIES = "view_studies"  # the list, without pixels
    VIEW_IMAGES = "view_images"  # pixels of any study of the project
    VIEW_CASES = "view_cases"
    PREANNOTATE = "preannotate"
    ASSIGN_READS = "assign_reads"
    WITHDRAW_READS = "withdraw_reads"
    VIEW_PROGRESS = "view_progress"
    VIEW_AGREEMENT = "view_agreement"  # only once all reads of the case are submitted
    READ = "read"
    ADJUDICATE = "adjudicate"
    VIEW_REFERENCE = "view_reference"
    REOPEN_REFERENCE = "reopen_reference"
    VIEW_DATASETS = "view_datasets"
    MANAGE_DATASETS = "manage_datasets"
    TRAIN = "train"
    VIEW_MODELS = "view_models"
    PROPOSE_MODEL = "propose_model"
    APPROVE_MODEL = "approve_model"
    FREEZE_TEST_SETS = "freeze_test_sets"
    VIEW_TEST_SET_CASES = "view_test_set_cases"
    VIEW_JOBS = "view_jobs"
    VIEW_AUDIT = "view_audit"
    OPEN_VAULT = "open_vault"


_P = Permission

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(
        {_P.VIEW_PROJECT, _P.EDIT_SETTINGS, _P.MANAGE_TEAM, _P.EDIT_PROTOCOL, _P.VIEW_MODELS}
    ),
    Role.COORDINATOR: frozenset(
        {
            _P.VIEW_PROJECT,
            _P.IMPORT,
            _P.VIEW_STUDIES,
            _P.VIEW_IMAGES,
            _P.VIEW_CASES,
            _P.PREANNOTATE,
            _P.ASSIGN_READS,
            _P.WITHDRAW_READS,
            _P.VIEW_PROGRESS,
            _P.VIEW_AGREEMENT,
            _P.VIEW_REFERENCE,
            _P.REOPEN_REFERENCE,
            _P.VIEW_MODELS,
            _P.VIEW_JOBS,
        }
    ),
    Role.UPLOADER: frozenset({_P.VIEW_PROJECT, _P.IMPORT, _P.VIEW_STUDIES, _P.VIEW_IMAGES}),
    Role.READER: frozenset({_P.VIEW_PROJECT, _P.READ}),
    Role.TRAINEE: frozenset({_P.VIEW_PROJECT, _P.READ}),
    Role.ADJUDICATOR: frozenset(
        {_P.VIEW_PROJECT, _P.ADJUDICATE, _P.VIEW_AGREEMENT, _P.VIEW_REFERENCE}
    ),
    Role.DATA_SCIENTIST: frozenset(
        {
            _P.VIEW_PROJECT,
            _P.VIEW_DATASETS,
            _P.MANAGE_DATASETS,
            _P.TRAIN,
            _P.VIEW_MODELS,
            _P.PROPOSE_MODEL,
            _P.VIEW_JOBS,
        }
    ),
    Role.DATA_STEWARD: frozenset({_P.VIEW_PROJECT, _P.VIEW_STUDIES, _P.OPEN_VAULT}),
    Role.QUALITY: frozenset(
        {
            _P.VIEW_PROJECT,
            _P.VIEW_AUDIT,
            _P.VIEW_MODELS,
            _P.VIEW_DATASETS,
            _P.APPROVE_MODEL,
            _P.FREEZE_TEST_SETS,
            _P.VIEW_TEST_SET_CASES,
            _P.VIEW_JOBS,
            _P.VIEW_REFERENCE,
            _P.REOPEN_REFERENCE,
        }
    ),
    Role.OBSERVER: frozenset({_P.VIEW_PROJECT, _P.VIEW_MODELS}),
}
