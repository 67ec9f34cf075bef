from portal.core.errors import Conflict, InvalidInput, NotFound, Unavailable


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


class AeTitleTaken(Conflict):
    code = "ae_title_taken"
    message = "Another project of this installation receives under this AE title. Choose another."


class ArchiveNameTaken(Conflict):
    code = "archive_name_taken"
    message = "The project has an archive of this name. Choose another name."


class SearchTooWide(InvalidInput):
    code = "search_too_wide"
    message = "Say what to look for: a name, an ID, an accession number or a date."


class ArchiveRemoved(Conflict):
    code = "archive_removed"
    message = "This archive was removed from the project. Add it again, then search anew."


class NothingToPull(InvalidInput):
    code = "nothing_to_pull"
    message = "The archive has no files of these studies any more. Search again."


class RemoteProblem(Unavailable):
    """The remote archive didn't do its part. The message never quotes what it said: an error page
    may hold a patient's name. ``transient`` ones are tried again."""

    code = "remote_failed"
    message = "The archive answered with an error of its own. Ask who runs it."
    transient = False


class RemoteBusy(RemoteProblem):
    code = "remote_busy"
    message = "The archive is busy or restarting. Try again in some minutes."
    transient = True


class RemoteUnreachable(RemoteProblem):
    code = "remote_unreachable"
    message = "The archive can't be reached. Check its address, the network and the firewall."
    transient = True


class RemoteTimeout(RemoteProblem):
    code = "remote_timeout"
    message = "The archive did not answer in time. Try again, or ask who runs it."
    transient = True


class RemoteInsecure(RemoteProblem):
    code = "remote_certificate"
    message = (
        "The archive's certificate is not trusted. Put the certificate of its authority into the "
        "CA folder and name it in the settings."
    )


class RemoteUnauthorised(RemoteProblem):
    code = "remote_unauthorised"
    message = "The archive refuses these credentials. Ask the project owner to set them anew."


class RemoteMissing(RemoteProblem):
    code = "remote_not_found"
    message = "The archive has nothing at this address. Check the address, or search again."


class RemoteRedirects(RemoteProblem):
    code = "remote_redirects"
    message = "The archive sends us elsewhere. Set the address that it names; nothing is followed."


class RemoteUnfit(RemoteProblem):
    code = "remote_bad_answer"
    message = "The answer is not DICOMweb. Check that the address ends where DICOMweb begins."


class RemoteTooLarge(RemoteProblem):
    code = "remote_too_large"
    message = "The answer is larger than this installation accepts. Search for less."


class RemoteForbiddenAddress(RemoteProblem):
    code = "remote_address"
    message = "This address belongs to no archive (link-local, multicast or unspecified)."


class DeidentificationChanged(Conflict):
    code = "deidentification_changed"
    message = "The project's de-identification was changed just now. Send the file again."
