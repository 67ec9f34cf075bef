"""Who may do what, written by hand from the table of roles in the design, never from the code.

One row per method and address; one letter per person:

    an nobody signed in     ow project owner   re reader of the case      aj adjudicator       qu quality
    ad installation admin   co coordinator     rx reader, not assigned    ds data scientist    ob observer
    ou all roles elsewhere  up site uploader   tr trainee, not assigned   st data steward      wk worker token

    A allowed              E allowed, and the list is empty: nothing of it is theirs
    R refused (403)        N not found (404): whoever may not know of it can't tell it from nothing
    S sign in first (401)  X the attempt of a job is over (409): a worker's answer

Rows about a case stand three times: before all reads are in, with the adjudication open, and locked.
What a person may do in their own project says nothing about another: see ``elsewhere``.
"""

from dataclasses import dataclass

COLUMNS = ["an", "ad", "ou", "ow", "co", "up", "re", "rx", "tr", "aj", "ds", "st", "qu", "ob", "wk"]
EARLY, OPEN, LOCKED = "reading", "adjudicating", "locked"
STAGES = (EARLY, OPEN, LOCKED)
P = "projects/<slug>/"
D = "/dicomweb/<slug>/"
STUDY, SERIES = "studies/<study>", "studies/<study>/series/<series>"
INSTANCE = f"{SERIES}/instances/<instance>"


@dataclass(frozen=True)
class Rule:
    method: str
    route: str
    cells: dict[str, str]  # stage -> one letter per column

    def expected(self, stage: str, column: str) -> str:
        return self.cells[stage][COLUMNS.index(column)]


def _rule(method: str, route: str, *stages: str) -> Rule:
    letters = [stage.replace(" ", "") for stage in stages]
    assert all(len(text) == len(COLUMNS) for text in letters), (method, route)
    if len(letters) == 1:
        return Rule(method, route, {"": letters[0]})
    return Rule(method, route, dict(zip(STAGES, letters, strict=True)))


RULES = [
    # ---- oneself:                                     an ad ou  ow co up  re rx tr  aj ds st  qu ob  wk
    _rule("GET", "session/", "AAA AAA AAA AAA AA S"),
    _rule("POST", "session/", "AAA AAA AAA AAA AA S"),
    _rule("DELETE", "session/", "AAA AAA AAA AAA AA S"),
    _rule("POST", "password/change/", "SAA AAA AAA AAA AA S"),
    _rule("POST", "password/reset/", "AAA AAA AAA AAA AA S"),
    _rule("POST", "password/reset/confirm/", "AAA AAA AAA AAA AA S"),
    _rule("GET", "sessions/", "SAA AAA AAA AAA AA S"),
    _rule("GET", "me/preferences/", "SAA AAA AAA AAA AA S"),
    _rule("PUT", "me/preferences/", "SAA AAA AAA AAA AA S"),
    _rule("GET", "me/mail/", "SAA AAA AAA AAA AA S"),
    _rule("PUT", "me/mail/", "SAA AAA AAA AAA AA S"),
    _rule("DELETE", "sessions/<session_id>/", "SNN NNN NNN NNN NN S"),  # another person's
    _rule("GET", "tokens/", "SAA AAA AAA AAA AA S"),
    _rule("POST", "tokens/", "SAA AAA AAA AAA AA S"),
    _rule("DELETE", "tokens/<token_id>/", "SNN NNN NNN NNN NN S"),  # another person's
    _rule("GET", "notifications/", "SAA AAA AAA AAA AA S"),
    _rule("POST", "notifications/read/", "SAA AAA AAA AAA AA S"),
    _rule("GET", "my-work/", "SAA AAA AAA AAA AA S"),
    _rule("GET", "schema/", "AAA AAA AAA AAA AA S"),
    _rule("WS", "/ws/me/", "SAA AAA AAA AAA AA S"),
    # ---- the installation
    _rule("GET", "users/", "SAR RRR RRR RRR RR S"),
    _rule("POST", "users/", "SAR RRR RRR RRR RR S"),
    _rule("PATCH", "users/<user_id>/", "SAR RRR RRR RRR RR S"),
    _rule("POST", "users/<user_id>/one-time-link/", "SAR RRR RRR RRR RR S"),
    _rule("GET", "audit/", "SAR RRR RRR RRR RR S"),
    _rule("GET", "audit/verify/", "SAR RRR RRR RRR RR S"),
    _rule("GET", "starting-models/", "SAR RRR RRR RRR RR S"),
    _rule("GET", "projects/", "SAA AAA AAA AAA AA S"),
    _rule("POST", "projects/", "SAR RRR RRR RRR RR S"),
    # ---- the project and its team
    _rule("GET", P, "SAN AAA AAA AAA AA S"),
    _rule("PATCH", P, "SRN ARR RRR RRR RR S"),
    _rule("GET", f"{P}members/", "SRN ARR RRR RRR RR S"),
    _rule("POST", f"{P}members/", "SRN ARR RRR RRR RR S"),
    _rule("PATCH", f"{P}members/<user_id>/", "SRN ARR RRR RRR RR S"),
    _rule("DELETE", f"{P}members/<user_id>/", "SRN ARR RRR RRR RR S"),
    _rule("GET", f"{P}invitations/", "SRN ARR RRR RRR RR S"),
    _rule("POST", f"{P}invitations/", "SRN ARR RRR RRR RR S"),
    _rule("DELETE", f"{P}invitations/<invitation_id>/", "SRN ARR RRR RRR RR S"),
    _rule("GET", "invitations/<token>/", "AAA AAA AAA AAA AA S"),  # whoever holds the link
    _rule("POST", "invitations/<token>/accept/", "AAA AAA AAA AAA AA S"),
    _rule("GET", f"{P}protocols/", "SRN AAA AAA AAA AA S"),
    _rule("GET", "ready-protocols/", "SAA AAA AAA AAA AA S"),  # the same for everybody
    _rule("POST", f"{P}protocols/", "SRN ARR RRR RRR RR S"),
    _rule("POST", f"{P}protocols/draft/", "SRN ARR RRR RRR RR S"),
    _rule("GET", f"{P}protocols/<protocol_id>/", "SRN AAA AAA AAA AA S"),
    _rule("PUT", f"{P}protocols/<protocol_id>/", "SRN ARR RRR RRR RR S"),
    _rule("POST", f"{P}protocols/<protocol_id>/use/", "SRN ARR RRR RRR RR S"),
    _rule("GET", f"{P}protocols/<protocol_id>/versions/<version>/", "SRN AAA AAA AAA AA S"),
    _rule("GET", f"{P}protocols/<protocol_id>/versions/<version>/file/", "SRN AAA AAA AAA AA S"),
    _rule("GET", f"{P}protocols/<protocol_id>/versions/<version>/changes/", "SRN AAA AAA AAA AA S"),
    _rule("GET", f"{P}audit/", "SRN RRR RRR RRR AR S"),
    _rule("GET", f"{P}audit/verify/", "SRN RRR RRR RRR AR S"),
    # ---- subjects: the data steward's alone
    _rule("GET", f"{P}subjects/", "SRN RRR RRR RRA RR S"),
    _rule("POST", f"{P}subjects/<subject_id>/withdrawal/preview/", "SRN RRR RRR RRA RR S"),
    _rule("POST", f"{P}subjects/<subject_id>/withdrawal/", "SRN RRR RRR RRA RR S"),
    # ---- images: the steward sees rows, never pixels; a duty opens one study. The reader's column
    # is asked under the names of their read; a study's own row is theirs only at a meeting's table
    _rule("GET", f"{P}studies/", "SEN EAA AEE AEA EE S"),
    _rule(
        "GET", f"{P}studies/<study_id>/",
        "SNN NAA NNN NNA NN S", "SNN NAA NNN ANA NN S", "SNN NAA ANN ANA NN S",
    ),
    _rule(
        "GET", f"{P}studies/<study_id>/thumbnail/",
        "SNN NAA NNN NNN NN S", "SNN NAA NNN ANN NN S", "SNN NAA ANN ANN NN S",
    ),
    *[
        _rule(
            "GET", f"{P}{route}",
            "SNN NAA ANN NNN NN S", "SNN NAA ANN ANN NN S", "SNN NAA ANN ANN NN S",
        )
        for route in ("stacks/<stack_id>/", "stacks/<stack_id>/thumbnail/")
    ],
    *[  # what a stack shows: corrected by those who import; a duty sees the stack, no more
        _rule(
            method, f"{P}stacks/<stack_id>/kind/",
            "SNN NAA RNN NNN NN S", "SNN NAA RNN RNN NN S", "SNN NAA RNN RNN NN S",
        )
        for method in ("PATCH", "DELETE")
    ],
    _rule("GET", f"{P}imports/", "SRN RAA RRR RRR RR S"),
    _rule("POST", f"{P}imports/", "SRN RAA RRR RRR RR S"),
    _rule("GET", f"{P}imports/<batch_id>/", "SRN RAA RRR RRR RR S"),
    _rule("POST", f"{P}imports/<batch_id>/files/", "SRN RAR RRR RRR RR S"),  # of who started it
    _rule("POST", f"{P}imports/<batch_id>/known/", "SRN RAR RRR RRR RR S"),
    _rule("POST", f"{P}imports/<batch_id>/finish/", "SRN RAA RRR RRR RR S"),
    _rule("GET", f"{P}imports/<batch_id>/items/", "SRN RAA RRR RRR RR S"),
    _rule("GET", f"{P}imports/<batch_id>/report/", "SRN RAA RRR RRR RR S"),
    # ---- what people say: of a read its reader and those who run the project; of a case those
    # to whom it lies open; of what one can't see nothing, not even whom one could mention
    _rule("GET", f"{P}threads/", "SRN AAA AAA AAA AA S"),
    *[
        _rule(
            method, f"{P}cases/<case_id>/threads/",
            "SNN NNN NNN NNN NN S", "SNN NAN NNN ANN NN S", "SNN NAN NNN ANN NN S",
        )
        for method in ("GET", "POST")
    ],
    *[
        _rule(
            method, "reads/<read_id>/threads/",
            "SNN NAN ANN NNN NN S", "SNN NAN ANN NNN NN S", "SNN NAN ANN NNN NN S",
        )
        for method in ("GET", "POST")
    ],
    *[  # a thread that the reader of the case has opened
        _rule(
            method, f"threads/<thread_id>/{route}",
            "SNN NAN ANN NNN NN S", "SNN NAN ANN NNN NN S", "SNN NAN ANN NNN NN S",
        )
        for method, route in (("POST", "comments/"), ("POST", "resolve/"))
    ],
    _rule(  # another's words
        "DELETE", "threads/<thread_id>/comments/<comment_id>/",
        "SNN NRN ANN NNN NN S", "SNN NRN ANN NNN NN S", "SNN NRN ANN NNN NN S",
    ),
    # ---- meetings: of those invited (the reader of the case, and the adjudicator, who chairs)
    _rule("GET", f"{P}meetings/", "SRN EEE AEE AEE EE S"),
    _rule("POST", f"{P}meetings/", "SRN RRR RRR ARR RR S"),
    _rule("GET", f"{P}meetings/people/", "SRN RRR RRR ARR RR S"),
    *[
        _rule(method, f"meetings/<meeting_id>/{route}", "SNN NNN ANN ANN NN S")
        for method, route in (
            ("GET", ""), ("GET", "events/"), ("GET", "items/<item_id>/"), ("POST", "act/")
        )
    ],
    _rule("POST", "meetings/<meeting_id>/invite/", "SNN NNN RNN ANN NN S"),
    _rule("POST", "meetings/<meeting_id>/agenda/", "SNN NNN RNN ANN NN S"),
    _rule("WS", "/ws/meetings/<meeting_id>/", "SNN NNN ANN ANN NN S"),
    _rule(  # who has the case open
        "POST", f"{P}cases/<case_id>/presence/",
        "SNN NNN NNN NNN NN S", "SNN NAN NNN ANN NN S", "SNN NAN NNN ANN NN S",
    ),
    # ---- the vault: the data steward's alone
    _rule("GET", f"{P}quarantine/", "SRN RRR RRR RRA RR S"),
    _rule("DELETE", f"{P}quarantine/<file_id>/", "SRN RRR RRR RRA RR S"),
    _rule("GET", f"{P}quarantine/<file_id>/file/", "SRN RRR RRR RRA RR S"),
    _rule("POST", f"{P}quarantine/<file_id>/retry/", "SRN RRR RRR RRA RR S"),
    # ---- receiving and archives: set up by the owner, used by those who import
    _rule("GET", f"{P}receiving/", "SRN ARR RRR RRR RR S"),
    _rule("PUT", f"{P}receiving/", "SRN ARR RRR RRR RR S"),
    _rule("GET", f"{P}remote-archives/", "SRN AAA RRR RRR RR S"),
    _rule("POST", f"{P}remote-archives/", "SRN ARR RRR RRR RR S"),
    _rule("PUT", f"{P}remote-archives/<archive_id>/", "SRN ARR RRR RRR RR S"),
    _rule("DELETE", f"{P}remote-archives/<archive_id>/", "SRN ARR RRR RRR RR S"),
    _rule("POST", f"{P}remote-archives/<archive_id>/test/", "SRN ARR RRR RRR RR S"),
    _rule("POST", f"{P}remote-archives/<archive_id>/search/", "SRN RAA RRR RRR RR S"),
    _rule("POST", f"{P}remote-archives/<archive_id>/pull/", "SRN RAA RRR RRR RR S"),
    # ---- who a pseudonym is: the data steward's alone, not even the owner's
    _rule("GET", f"{P}reidentification/", "SRN RRR RRR RRA RR S"),
    _rule("POST", f"{P}reidentification/open/", "SRN RRR RRR RRA RR S"),
    # ---- DICOMweb: files for those who hold the images, renditions for a duty
    _rule("GET", D, "SAN AAA AAA AAA AA S"),  # what the service offers
    *[_rule("DELETE", f"{D}{r}", "SRN RRR RRR RRA RR S") for r in (STUDY, SERIES, INSTANCE)],
    _rule("GET", f"{D}studies", "SEN EAA AEE AEE EE S"),
    _rule("GET", f"{D}series", "SEN EAA AEE AEE EE S"),
    _rule("GET", f"{D}instances", "SEN EAA AEE AEE EE S"),
    _rule("POST", f"{D}studies", "SRN RAA RRR RRR RR S"),
    _rule("POST", f"{D}{STUDY}", "SRN RAA RRR RRR RR S"),
    *[
        _rule(
            "GET", f"{D}{route}",
            "SNN NAA RNN NNN NN S", "SNN NAA RNN RNN NN S", "SNN NAA RNN RNN NN S",
        )
        for route in (STUDY, SERIES, INSTANCE)
    ],
    *[
        _rule(
            "GET", f"{D}{route}",
            "SNN NAA ANN NNN NN S", "SNN NAA ANN ANN NN S", "SNN NAA ANN ANN NN S",
        )
        for route in (
            f"{STUDY}/series", f"{STUDY}/instances", f"{SERIES}/instances",
            f"{STUDY}/metadata", f"{SERIES}/metadata", f"{INSTANCE}/metadata",
            f"{STUDY}/thumbnail", f"{SERIES}/thumbnail", f"{INSTANCE}/thumbnail",
            f"{INSTANCE}/frames/<numbers>", f"{INSTANCE}/bulkdata/<path>",
            f"{STUDY}/rendered", f"{SERIES}/rendered", f"{INSTANCE}/rendered",
            f"{INSTANCE}/frames/<numbers>/rendered", f"{INSTANCE}/frames/<number>/thumbnail",
            "stacks/<stack_id>",
        )
    ],
    # ---- cases and reads: the coordinator runs them, and sees no contents before the end
    _rule("GET", f"{P}cases/", "SRN RAR RRR RRR RR S"),
    _rule("GET", f"{P}cases/<case_id>/", "SNN NAN NNN NNN NN S"),
    _rule("GET", f"{P}cases/next/", "SRN RAR RRR RRR RR S"),
    _rule("GET", f"{P}cases/<case_id>/checks/", *["SNN NEN NNN NNN NN S"] * 3),
    _rule("POST", f"{P}cases/<case_id>/annotations/import/", *["SNN NAN NNN NNN NN S"] * 3),
    _rule("GET", f"{P}readers/", "SRN RAR RRR RRR RR S"),
    _rule("POST", f"{P}assignments/", "SRN RAR RRR RRR RR S"),
    _rule("POST", f"{P}assignments/plan/", "SRN RAR RRR RRR RR S"),
    _rule("POST", f"{P}assignments/plan/make/", "SRN RAR RRR RRR RR S"),
    # a plan made in the background: the one who asked for it alone
    _rule("GET", f"{P}assignments/plan/jobs/<job_id>/", "SRN RNR RRR RRR RR S"),
    _rule("GET", f"{P}strata/", "SRN RAR RRR RRR RR S"),
    _rule("PUT", f"{P}strata/", "SRN RAR RRR RRR RR S"),
    _rule("GET", f"{P}reading/", "SRN RAR RRR RRR RR S"),
    _rule("GET", f"{P}reading/export/", "SRN RAR RRR RRR RR S"),
    _rule("POST", f"{P}reading/pause/", "SRN RAR RRR RRR RR S"),
    _rule("POST", f"{P}reading/resume/", "SRN RAR RRR RRR RR S"),
    _rule("GET", f"{P}first-opinions/", "SRN RER RRR RRR RR S"),  # the protocol asks for none
    _rule("GET", f"{P}first-opinions/export/", "SRN RAR RRR RRR RR S"),
    _rule("GET", f"{P}training/", "SRN RAR RRR RRR RR S"),
    _rule("GET", f"{P}training/mine/", "SRN RRR AAA RRR RR S"),
    _rule("POST", f"{P}training/cases/", "SRN RAR RRR RRR RR S"),
    _rule("DELETE", f"{P}training/cases/<case_id>/", "SRN RNR RRR RRR RR S"),  # it is none
    _rule("POST", f"{P}training/give/", "SRN RAR RRR RRR RR S"),
    _rule("POST", f"{P}training/admit/", "SRN RAR RRR RRR RR S"),
    _rule("GET", f"{P}conflicts/", "SRN RAR EEE RRR RR S"),  # readers: what they declared
    _rule("POST", f"{P}conflicts/", "SRN RAR RRR RRR RR S"),
    _rule("DELETE", f"{P}conflicts/<conflict_id>/", "SRN RAR RRR RRR RR S"),
    _rule("POST", f"{P}preannotate/", "SRN RAR RRR RRR RR S"),
    _rule("GET", f"{P}preannotate/all/", "SRN RAR RRR RRR RR S"),
    _rule("POST", f"{P}preannotate/all/", "SRN RAR RRR RRR RR S"),
    *[
        _rule(
            "GET", f"reads/<read_id>/{route}",
            "SNN NNN ANN NNN NN S", "SNN NAN ANN NNN NN S", "SNN NAN ANN NNN NN S",
        )
        for route in ("", "annotations/", "measurements/", "long-axis/")
    ],
    *[
        _rule("POST", f"reads/<read_id>/{route}/", *["SNN NNN ANN NNN NN S"] * 3)
        for route in ("operations", "submit", "preannotate", "segment-frame")
    ],
    _rule("POST", "reads/<read_id>/withdraw/", *["SNN NAN NNN NNN NN S"] * 3),
    _rule("POST", "reads/<read_id>/first-opinion/", *["SNN NNN ANN NNN NN S"] * 3),
    _rule("GET", "reads/<read_id>/ai/", *["SNN NNN NNN NNN NN S"] * 3),  # there is no draft
    _rule("POST", "reads/<read_id>/reassign/", *["SNN NAN NNN NNN NN S"] * 3),
    _rule("POST", "reads/<read_id>/conflict/", *["SNN NNN ANN NNN NN S"] * 3),
    # ---- agreement, adjudication, reference
    _rule(
        "GET", f"{P}cases/<case_id>/agreement/",
        "SNN NNN NNN NNN NN S", "SNN NAN NNN ANN NN S", "SNN NAN NNN ANN NN S",
    ),
    # statistics: of cases whose reads are all in, for those who may see agreement; never for readers
    *[
        _rule("GET", f"{P}agreement/{route}/", "SRN RAR RRR ARR RR S")
        for route in ("statistics", "points", "export", "raw-reads")
    ],
    # contours behind a point: an adjudicator's statistics are of locked cases alone
    _rule(
        "GET", f"{P}agreement/cases/<case_id>/contours/",
        "SRN RNR RRR NRR RR S", "SRN RAR RRR NRR RR S", "SRN RAR RRR ARR RR S",
    ),
    _rule("GET", f"{P}adjudications/", "SEN EAE EEE AEE EE S"),
    _rule(
        "GET", "adjudications/<adjudication_id>/",
        "SNN NNN NNN NNN NN S", "SNN NAN NNN ANN NN S", "SNN NAN NNN ANN NN S",
    ),
    *[
        _rule(
            "POST", f"adjudications/<adjudication_id>/{route}/",
            "SNN NNN NNN NNN NN S", "SNN NNN NNN ANN NN S", "SNN NNN NNN ANN NN S",
        )
        for route in ("start", "decide", "undo", "sign")
    ],
    *[
        _rule(
            "GET", f"{P}cases/<case_id>/reference/{route}",
            "SNN NNN NNN NNN NN S", "SNN NNN NNN NNN NN S", "SNN NAN NNN ANN AN S",
        )
        for route in ("", "versions/", "report.pdf")
    ],
    _rule(  # not by the adjudicator who signed it
        "POST", f"{P}cases/<case_id>/reference/reopen/",
        "SNN NNN NNN NNN NN S", "SNN NNN NNN NNN NN S", "SNN NAN NNN RNN AN S",
    ),
    # ---- jobs: seen by those who run them; stopped by who asked, the coordinator, the admin
    _rule("GET", f"{P}jobs/", "SAN EAE EEE EAE AE S"),
    _rule("GET", f"{P}jobs/workload/", "SAN RAR RRR RAR AR S"),
    _rule("GET", "jobs/", "SAA EAE EEE EAE AE S"),
    _rule("GET", "jobs/workload/", "SAR RRR RRR RRR RR S"),
    _rule("GET", "jobs/<job_id>/", "SAN NAN NNN NAN AN S"),
    _rule("POST", "jobs/<job_id>/cancel/", "SAN NAN NNN NRN RN S"),
    _rule("POST", "jobs/<job_id>/retry/", "SAN NAN NNN NRN RN S"),
    _rule("POST", "worker/next/", "RRR RRR RRR RRR RR A"),
    _rule("POST", "worker/bye/", "RRR RRR RRR RRR RR A"),
    _rule("GET", "worker/jobs/due/", "RRR RRR RRR RRR RR A"),
    _rule("POST", "worker/jobs/<job_id>/lease/", "RRR RRR RRR RRR RR A"),
    _rule("POST", "worker/jobs/<job_id>/heartbeat/", "XXX XXX XXX XXX XX X"),
    _rule("PUT", "worker/jobs/<job_id>/artifacts/<name>/", "XXX XXX XXX XXX XX X"),
    _rule("POST", "worker/jobs/<job_id>/result/", "XXX XXX XXX XXX XX X"),
    _rule("GET", "worker/inputs/<signed>/", "NNN NNN NNN NNN NN N"),
    # ---- datasets and models
    _rule("GET", f"{P}datasets/", "SRN RRR RRR RAR AR S"),
    _rule("POST", f"{P}datasets/", "SRN RRR RRR RAR RR S"),
    _rule("GET", "datasets/<dataset_id>/", "SNN NNN NNN NAN AN S"),
    _rule("GET", "datasets/<dataset_id>/manifest/", "SNN NNN NNN NAN AN S"),
    _rule("GET", "datasets/<dataset_id>/since/<old_id>/", "SNN NNN NNN NAN AN S"),
    _rule("GET", "datasets/<dataset_id>/measurements/", "SNN NNN NNN NAN RN S"),
    _rule("POST", "datasets/<dataset_id>/exports/", "SNN NNN NNN NAN RN S"),
    _rule("GET", "exports/<export_id>/download/", "SNN NNN NNN NAN NN S"),
    _rule("GET", f"{P}test-sets/", "SRN AAR RRR RAR AA S"),
    _rule("POST", f"{P}test-sets/", "SRN RRR RRR RRR AR S"),
    _rule("GET", f"{P}test-sets/free/", "SRN RRR RRR RRR AR S"),
    _rule("GET", f"{P}models/", "SRN AAR RRR RAR AA S"),
    _rule("GET", "models/<model_id>/", "SNN AAN NNN NAN AA S"),
    _rule("GET", "models/<model_id>/card/", "SNN AAN NNN NAN AA S"),
    _rule("GET", "models/<model_id>/checklists/", "SNN AAN NNN NAN AA S"),
    _rule("GET", "models/<model_id>/checklists/<checklist>/", "SNN AAN NNN NAN AA S"),
    _rule("GET", "models/<model_id>/shadow/", "SNN RRN NNN NAN AR S"),
    _rule("POST", "models/<model_id>/shadow/", "SNN RRN NNN NAN AR S"),
    _rule("POST", "models/<model_id>/evaluate/", "SNN RRN NNN NAN AR S"),
    _rule("POST", "models/<model_id>/propose/", "SNN RRN NNN NAN RR S"),
    _rule("POST", "models/<model_id>/approve/", "SNN RRN NNN NRN AR S"),
    _rule("POST", "models/<model_id>/refuse/", "SNN RRN NNN NRN AR S"),
    _rule("POST", "models/<model_id>/roll-back/", "SNN RRN NNN NRN AR S"),
    _rule("GET", f"{P}gate-plans/", "SRN AAR RRR RAR AA S"),
    _rule("POST", f"{P}gate-plans/", "SRN RRR RRR RRR AR S"),
    _rule("GET", f"{P}drift/", "SRN RRR RRR RAR AR S"),
    _rule("POST", f"{P}drift/", "SRN RRR RRR RRR AR S"),
    _rule("GET", f"{P}corrections/", "SRN RRR RRR RAR AR S"),
    _rule("GET", f"{P}training-runs/", "SEN EEE EEE EAE AE S"),
    _rule("POST", f"{P}training-runs/", "SRN RRR RRR RAR RR S"),
    _rule("GET", "training-runs/<run_id>/", "SNN NNN NNN NAN AN S"),
]  # fmt: skip

OF_NO_OBJECT = ("checklist",)  # words in addresses that are the same in every project
NAMED_BY_READ = ("<study>", "<stack_id>")  # under the names of the read, for its reader
# rows whose address names nothing of a project: there is no "elsewhere" for them
OF_NO_PROJECT = ("sessions/", "me/", "tokens/", "users/", "invitations/", "worker/")


def names_a_project(rule: Rule) -> bool:
    return "<" in rule.route and not rule.route.startswith(OF_NO_PROJECT)


def elsewhere(rule: Rule, stage: str, column: str) -> str:
    """The same of another project: it isn't there for anybody but the installation admin."""
    here = rule.expected(stage, column)
    return here if column in ("an", "wk", "ad") else "N"


def crossed(rule: Rule, stage: str, column: str) -> str:
    """An object of another project under the own project's address: it isn't there at all."""
    here = rule.expected(stage, column)
    return "N" if here in "AE" else "RN" if here == "R" else here
