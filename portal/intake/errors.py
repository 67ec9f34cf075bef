from portal.core.errors import Conflict, InvalidInput, NotFound


class ImportFinished(Conflict):
    code = "import_finished"
    message = "This import is finished. Start a new one."


class NothingToImport(InvalidInput):
    code = "nothing_to_import"
    message = "There are no files to import. Choose a folder that holds DICOM files."


class NotKept(NotFound):
    code = "not_kept"
    message = "The bytes of this file are not kept any more. Ask the site to send it again."


class SourceUnreadable(InvalidInput):
    code = "unreadable_archive"
    message = (
        "This can't be unpacked: damaged or encrypted. Unpack it yourself, then import the folder."
    )
