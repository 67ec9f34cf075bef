"""The C-STORE receiver: a pynetdicom server in front of the sessions."""

import logging
import socket
import ssl
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from socketserver import TCPServer
from typing import Any

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connections
from django.db.backends.signals import connection_created
from django.utils import timezone
from pynetdicom import AE, _config, evt
from pynetdicom.dsutils import encode_file_meta
from pynetdicom.transport import ThreadedAssociationServer

from portal.intake.dimse import admission, statuses
from portal.intake.dimse.contexts import contexts
from portal.intake.dimse.session import Received, Session
from portal.intake.models import Association

logger = logging.getLogger(__name__)
MAX_PDU = 1 << 17  # bytes; larger ones cost memory per association and win nothing
IDLE_S = 60.0  # an association that says nothing for so long is aborted
_LAST_ANSWER_S = 0.3  # for the answers to the last files to leave
_AE_TITLE = "ACCORD"  # of the process; each project has its own


class _Server(ThreadedAssociationServer):
    """Shakes hands in the association's thread: a client that connects and stays silent must not
    keep the others out."""

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        assert self.socket is not None
        client, address = self.socket.accept()
        if self.ssl_context is not None:
            client.settimeout(IDLE_S)
            client = self.ssl_context.wrap_socket(
                client, server_side=True, do_handshake_on_connect=False
            )
        return client, address

    def shutdown(self) -> None:
        """The library's own expects that its application entity started the server."""
        TCPServer.shutdown(self)
        self.server_close()


class Receiver:
    """Serves from construction to :meth:`stop`."""

    def __init__(self, host: str, port: int) -> None:
        connection_created.connect(_wait_for_the_disk)
        self.process = uuid.uuid4().hex
        self._sessions: dict[Any, Session] = {}
        self._finishing = ThreadPoolExecutor(2, thread_name_prefix="finish")
        self._ae = _application_entity()
        self._server: Any = self._ae.make_server(
            (host, port),
            ssl_context=_tls(),
            server_class=_Server,
            evt_handlers=[
                (evt.EVT_REQUESTED, self._requested),
                (evt.EVT_C_ECHO, lambda _event: statuses.SUCCESS),
                (evt.EVT_C_STORE, self._store),
                (evt.EVT_RELEASED, _close_connections),
                (evt.EVT_ABORTED, _close_connections),
                (evt.EVT_CONN_CLOSE, self._closed),
            ],
        )
        self.port: int = self._server.server_address[1]
        self._beaten = 0.0

    def serve(self) -> None:
        """Blocks until :meth:`stop` is called from another thread."""
        self._server.serve_forever(poll_interval=0.2)

    def beat(self) -> None:
        """Say that the open associations of this process live; call it every second or so."""
        if time.monotonic() - self._beaten < settings.ACCORD_LEASE_S / 3:
            return
        self._beaten = time.monotonic()
        try:
            close_old_connections()
            mine = Association.objects.filter(process=self.process, ended_at=None)
            mine.update(alive_at=timezone.now())
        except DatabaseError as error:
            logger.warning("the database does not answer: %s", type(error).__name__)

    def stop(self) -> None:
        """No new associations; each open one ends after the file that it is storing."""
        self._server.shutdown()
        for session in list(self._sessions.values()):
            session.close()
        time.sleep(_LAST_ANSWER_S)
        for association in self._ae.active_associations:
            association.abort()
        for session in list(self._sessions.values()):
            self._finish(session)
        self._finishing.shutdown(wait=True)

    def _requested(self, event: Any) -> None:
        try:
            close_old_connections()
            asked = event.assoc.requestor.primitive
            called, calling = asked.called_ae_title.strip(), asked.calling_ae_title.strip()
            found = admission.admit(
                called=called, calling=calling, address=event.assoc.requestor.address or ""
            )
            if isinstance(found, admission.Refusal):
                admission.count_rejected(called=called, calling=calling, why=found)
                _reject(event.assoc, admission.REJECTION[found])
            else:
                self._sessions[event.assoc] = Session(found, calling, self.process)
        except DatabaseError as error:
            logger.error("an association was put off: %s", type(error).__name__)
            _reject(event.assoc, admission.BUSY)

    def _store(self, event: Any) -> int:
        session = self._sessions.get(event.assoc)
        if session is None:
            return statuses.OUT_OF_RESOURCES
        close_old_connections()
        request = event.request
        try:
            return session.store(
                _received(event),
                str(request.AffectedSOPClassUID),
                str(request.AffectedSOPInstanceUID),
            )
        except Exception as error:  # noqa: BLE001 - the sender gets an answer whatever happens
            logger.error("a file could not be taken in: %s", type(error).__name__)
            return statuses.CANNOT_UNDERSTAND

    def _closed(self, event: Any) -> None:
        session = self._sessions.pop(event.assoc, None)
        if session is not None:
            self._finish(session)

    def _finish(self, session: Session) -> None:
        def work() -> None:
            try:
                session.finish()
            finally:
                connections.close_all()

        try:
            self._finishing.submit(work)
        except RuntimeError:
            # the process ends: the chore finishes what is left
            logger.info("an import is left to the chore")


def _wait_for_the_disk(connection: Any, **_: Any) -> None:
    """Success is said of what a power cut doesn't take: SQLite otherwise syncs a little later."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")


def _application_entity() -> AE:
    _config.LOG_HANDLER_LEVEL = "none"
    # to memory: what a scanner sent must not lie readable on a disk
    _config.STORE_RECV_CHUNKED_DATASET = False
    ae = AE(_AE_TITLE)
    ae.supported_contexts = contexts()
    ae.maximum_pdu_size = MAX_PDU
    ae.maximum_associations = settings.ACCORD_SCP_MAX_ASSOCIATIONS
    ae.acse_timeout, ae.dimse_timeout, ae.network_timeout = 30, IDLE_S, IDLE_S
    return ae


def _received(event: Any) -> Received:
    head = b"\0" * 128 + b"DICM" + encode_file_meta(event.file_meta)
    return Received(head, event.request.DataSet.getbuffer())


def _reject(association: Any, why: tuple[int, int, int]) -> None:
    association.acse.send_reject(*why)
    # as the library does: otherwise the socket may be closed before the answer has left
    association.kill()
    connections.close_all()


def _close_connections(_event: Any) -> None:
    connections.close_all()


def _tls() -> ssl.SSLContext | None:
    """TLS where a certificate is set; with an authority, senders must show one of its own."""
    if not settings.ACCORD_SCP_TLS_CERT:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.ACCORD_SCP_TLS_CERT, settings.ACCORD_SCP_TLS_KEY or None)
    if settings.ACCORD_SCP_TLS_CA:
        context.load_verify_locations(settings.ACCORD_SCP_TLS_CA)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
