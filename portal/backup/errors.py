from portal.core.errors import Conflict, InvalidInput


class BackupDamaged(InvalidInput):
    code = "backup_damaged"
    message = "The backup is incomplete or was changed. Use another snapshot."


class NotABackup(InvalidInput):
    code = "not_a_backup"
    message = "There is no finished backup here. Name the folder that `manage.py backup` wrote to."


class NotEmpty(Conflict):
    code = "not_empty"
    message = (
        "This installation holds data. Restore into an empty one, or add --replace: what is here "
        "is set aside, not deleted."
    )


class OtherDatabase(Conflict):
    code = "other_database"
    message = "The backup was made on another kind of database. Restore it on the same kind."
