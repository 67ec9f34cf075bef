from portal.core.errors import Conflict, InvalidInput


class ImportFinished(Conflict):
    code = "import_finished"
    message = "This import is finished. Start a new one."


class NothingToImport(InvalidInput):
    code = "nothing_to_import"
    message = "There are no files to import. Choose a folder that holds DICOM files."


class DeidentificationChanged(Conflict):
    code = "deidentification_changed"
    message = "The project's de-identification was changed just now. Send the file again."
