"""What can go wrong, as one tree: learn it here before the rest of the code.

UncialError                      code                    exit  HTTP
├── OptionInvalid                option-invalid             1   400
│   ├── TemplateInvalid          template-invalid           9   400
│   ├── RecipeInvalid            recipe-invalid             9   400
│   └── CorrectionInvalid        correction-invalid         1   422
├── SourceError
│   ├── SourceNotFound           source-not-found           5   404
│   ├── PageNotFound             page-not-found             5   404
│   ├── SourceUnreadable         source-unreadable          5   422
│   ├── MediaTypeUnsupported     media-type-unsupported     2   415
│   ├── SourceEmpty              source-empty               2   422
│   ├── SourceDamaged            source-damaged             2   422
│   ├── SourceEncrypted          source-encrypted           8   422
│   ├── LimitExceeded            limit-exceeded             2   413
│   ├── UrlRefused               url-refused                2   400
│   ├── FetchFailed              fetch-failed               5   422
│   ├── TrainingDataEmpty        training-data-empty        2   422
│   └── TrainingDataRefused      training-data-refused      2   422
├── MissingDependency
│   ├── DecoderMissing           decoder-missing            3   415
│   ├── EngineMissing            engine-missing             3   400
│   ├── LanguageMissing          language-missing           3   400
│   ├── ModelMissing             model-missing              3   500
│   └── TrainingMissing          training-missing           3   500
├── WeightsInvalid               weights-invalid            3   500
├── EngineFailed                 engine-failed              7   500
├── WorkEnded
│   ├── TimeLimitExceeded        time-limit-exceeded        7   422
│   └── WorkerCrashed            worker-crashed             7   503
├── ServiceBusy                  service-busy              15   429
├── ServiceUnavailable           service-unavailable       15   503
├── AccessDenied
│   ├── KeyMissing               key-missing               15   401
│   ├── ScopeMissing             scope-missing             15   403
│   └── OriginRefused            origin-refused            15   403
├── JobError
│   ├── JobNotFound              job-not-found             15   404
│   ├── JobNotDone               job-not-done              15   409
│   ├── JobCancelled             job-cancelled             15   409
│   ├── IdempotencyClash         idempotency-clash         15   409
│   └── CorrectionsClash         corrections-clash         15   412
├── OutputError                  output-error               5   500
├── TrainingUnhelpful            training-unhelpful         4   422
├── NothingChecked               nothing-checked            5   409
└── OriginalMissing              original-missing           1   400

The library raises them; two boundaries translate them: `cli.main` into exit statuses (OCRmyPDF's, where it has one) and
`service.app` into RFC 9457 problem details. Errors of the system (out of memory, a broken disk) pass through unchanged.
"""

from __future__ import annotations

from typing import ClassVar


class UncialError(Exception):
    """Something that a user can be told: what happened, where, and what to do about it.

    `message` is one sentence. `hint` says what to type or change next. `stage` names the step of the path of a page (`source`,
    `pages`, `prepare`, `engine`, `layout`, `format`) and `page` is the page's number, from 1, where one page is to blame.
    """

    code: ClassVar[str] = "internal-error"
    exit_status: ClassVar[int] = 15
    http_status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"
    default_hint: ClassVar[str] = ""
    default_stage: ClassVar[str] = ""

    def __init__(self, message: str, *, hint: str = "", stage: str = "", page: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint or self.default_hint
        self.stage = stage or self.default_stage
        self.page = page

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process boundaries (worker to service), and keyword-only arguments do not survive the default pickling.
        return _rebuild, (type(self), self.message, self.hint, self.stage, self.page)


def _rebuild(kind: type[UncialError], message: str, hint: str, stage: str, page: int | None) -> UncialError:
    return kind(message, hint=hint, stage=stage, page=page)


def error_classes() -> dict[str, type[UncialError]]:
    """Every class of error by its code, for those that come from elsewhere: another process, a page, a service."""
    return {kind.code: kind for kind in globals().values() if isinstance(kind, type) and issubclass(kind, UncialError)}


def error_again(code: str, message: str, *, hint: str, stage: str, page: int | None) -> UncialError:
    """The error that was told elsewhere and kept; one of a code that is not known here is the plain one."""
    kind = error_classes().get(code, UncialError)
    return kind(message, hint=hint, stage=stage, page=page)


class OptionInvalid(UncialError):
    """An option has a value that makes no sense."""

    code, exit_status, http_status = "option-invalid", 1, 400
    title = "An option is not valid"


class TemplateInvalid(OptionInvalid):
    """A template of fields cannot be understood."""

    code, exit_status, http_status = "template-invalid", 9, 400
    title = "A template is not valid"


class RecipeInvalid(OptionInvalid):
    """A recipe of training cannot be understood, or is not the one that a run was begun with."""

    code, exit_status, http_status = "recipe-invalid", 9, 400
    title = "A recipe is not valid"


class CorrectionInvalid(OptionInvalid):
    """A correction cannot be understood, or fits nothing that stands in the document."""

    code, exit_status, http_status = "correction-invalid", 1, 422
    title = "A correction is not valid"


class SourceError(UncialError):
    """What was given to be read cannot be read."""

    code, exit_status, http_status = "source-error", 2, 422
    title = "The input cannot be read"
    default_stage = "source"


class SourceNotFound(SourceError):
    """There is no such file."""

    code, exit_status, http_status = "source-not-found", 5, 404
    title = "There is no such input"


class PageNotFound(SourceError):
    """The document has no page of that number."""

    code, exit_status, http_status = "page-not-found", 5, 404
    title = "There is no such page"
    default_hint = "Pages are counted from 1; GET /v1/jobs/ID/pages lists them."


class SourceUnreadable(SourceError):
    """The system refuses to read the file."""

    code, exit_status, http_status = "source-unreadable", 5, 422
    title = "The input may not be read"


class MediaTypeUnsupported(SourceError):
    """The bytes are neither an image nor a PDF that we know."""

    code, exit_status, http_status = "media-type-unsupported", 2, 415
    title = "This is not an image or a PDF"


class SourceEmpty(SourceError):
    """There are no bytes, or there is no page."""

    code, exit_status, http_status = "source-empty", 2, 422
    title = "The input is empty"


class SourceDamaged(SourceError):
    """It begins as an image or PDF, and cannot be decoded."""

    code, exit_status, http_status = "source-damaged", 2, 422
    title = "The input is damaged"
    default_hint = "Open it in a viewer and save it again, or ask for a new copy."


class SourceEncrypted(SourceError):
    """The PDF asks for a password."""

    code, exit_status, http_status = "source-encrypted", 8, 422
    title = "The document is encrypted"
    default_hint = "Give the password: --password, the header Uncial-Password, or read(…, password=…)."


class LimitExceeded(SourceError):
    """There are more bytes, pixels or pages than the limits allow."""

    code, exit_status, http_status = "limit-exceeded", 2, 413
    title = "The input is larger than the limits allow"


class UrlRefused(SourceError):
    """The URL leads to where we do not go: another scheme, or an address that is not public."""

    code, exit_status, http_status = "url-refused", 2, 400
    title = "The URL is refused"


class FetchFailed(SourceError):
    """The URL's server did not give us the file."""

    code, exit_status, http_status = "fetch-failed", 5, 422
    title = "The URL could not be fetched"
    default_hint = "Open the URL in a browser, or download the file and send it itself."


class TrainingDataEmpty(SourceError):
    """There is no line to learn from."""

    code, exit_status, http_status = "training-data-empty", 2, 422
    title = "There is nothing to learn from"


class TrainingDataRefused(SourceError):
    """The lines are those of a benchmark, which nothing may learn."""

    code, exit_status, http_status = "training-data-refused", 2, 422
    title = "Benchmarks are not learned from"
    default_hint = "Learn from other lines: uncial evaluate measures on these."


class MissingDependency(UncialError):
    """Something that this needs is not installed."""

    code, exit_status, http_status = "missing-dependency", 3, 500
    title = "Something is not installed"


class DecoderMissing(MissingDependency):
    """The image is of a kind that needs an extra package."""

    code, exit_status, http_status = "decoder-missing", 3, 415
    title = "This kind of image needs an extra package"
    default_stage = "pages"


class EngineMissing(MissingDependency):
    """There is no engine of that name here."""

    code, exit_status, http_status = "engine-missing", 3, 400
    title = "There is no such engine"
    default_stage = "engine"


class LanguageMissing(MissingDependency):
    """The engine cannot read that language."""

    code, exit_status, http_status = "language-missing", 3, 400
    title = "The language cannot be read"
    default_stage = "engine"


class ModelMissing(MissingDependency):
    """A weight file is not there, or is not the one that it should be."""

    code, exit_status, http_status = "model-missing", 3, 500
    title = "A model is missing"
    default_stage = "engine"


class WeightsInvalid(UncialError):
    """A file of weights of one's own cannot be read with."""

    code, exit_status, http_status = "weights-invalid", 3, 500
    title = "The weights are not valid"
    default_hint = "Take the file that uncial train export wrote, and see that all of it is there."
    default_stage = "engine"


class TrainingMissing(MissingDependency):
    """Training needs packages that reading does not."""

    code, exit_status, http_status = "training-missing", 3, 500
    title = "Training needs an extra package"
    default_hint = "Install them: pip install 'uncial[train]'."


class EngineFailed(UncialError):
    """The engine broke while it was reading; never told as an empty page."""

    code, exit_status, http_status = "engine-failed", 7, 500
    title = "The engine failed"
    default_stage = "engine"


class WorkEnded(UncialError):
    """The process that was reading is gone before it had finished."""

    code, exit_status, http_status = "work-ended", 7, 422
    title = "The work was ended"


class TimeLimitExceeded(WorkEnded):
    """It took longer than it may; the work was stopped."""

    code, exit_status, http_status = "time-limit-exceeded", 7, 422
    title = "Reading took too long"
    default_hint = "Read fewer pages at once, or raise the time limit."


class WorkerCrashed(WorkEnded):
    """The document brought the process down that was reading it; the service goes on."""

    code, exit_status, http_status = "worker-crashed", 7, 503
    title = "The document brought its worker down"
    default_hint = "Sending it again seldom helps; please report the document."


class ServiceBusy(UncialError):
    """The queue is full, or whoever asks has asked for too much at once."""

    code, exit_status, http_status = "service-busy", 15, 429
    title = "The service is busy"
    default_hint = "Try again in a few seconds."
    retry_after = 5
    """Seconds after which it is worth trying again."""


class ServiceUnavailable(UncialError):
    """The service cannot do anything just now: it is stopping, or its database or blob store does not answer."""

    code, exit_status, http_status = "service-unavailable", 15, 503
    title = "The service is not available"
    default_hint = "Try again in a few seconds; what was accepted before is not lost."


class AccessDenied(UncialError):
    """Whoever asks may not."""

    code, exit_status, http_status = "access-denied", 15, 403
    title = "This is not allowed"


class KeyMissing(AccessDenied):
    """There is no API key with the request, or none that is known and still valid."""

    code, exit_status, http_status = "key-missing", 15, 401
    title = "An API key is needed"
    default_hint = "Send one as: Authorization: Bearer KEY; a command takes --key or UNCIAL_KEY. uncial keys add makes one."


class ScopeMissing(AccessDenied):
    """The API key is not for this."""

    code, exit_status, http_status = "scope-missing", 15, 403
    title = "The API key is not for this"


class OriginRefused(AccessDenied):
    """A web page of somebody else has a browser ask a service that asks nobody for a key."""

    code, exit_status, http_status = "origin-refused", 15, 403
    title = "The request comes from another web site"


class JobError(UncialError):
    """What is asked of a job cannot be had."""

    code, exit_status, http_status = "job-error", 15, 409
    title = "The job does not allow this"


class JobNotFound(JobError):
    """There is no such job, or no longer, or it is somebody else's."""

    code, exit_status, http_status = "job-not-found", 15, 404
    title = "There is no such job"
    default_hint = "Jobs are forgotten some time after their end; send the document again."


class JobNotDone(JobError):
    """The result of a job is asked for before there is one."""

    code, exit_status, http_status = "job-not-done", 15, 409
    title = "The job is not done yet"
    default_hint = "Wait for it: GET /v1/jobs/ID?wait=30."


class JobCancelled(JobError):
    """The job was cancelled, so that it has no result."""

    code, exit_status, http_status = "job-cancelled", 15, 409
    title = "The job was cancelled"
    default_hint = "Send the document again."


class IdempotencyClash(JobError):
    """The same idempotency key came with another request before."""

    code, exit_status, http_status = "idempotency-clash", 15, 409
    title = "The idempotency key was used before"
    default_hint = "Take a new key for each new request."


class CorrectionsClash(JobError):
    """Somebody else has corrected the document meanwhile."""

    code, exit_status, http_status = "corrections-clash", 15, 412
    title = "The document was corrected meanwhile"
    default_hint = "Get the corrections again, and send yours on top of them."


class OutputError(UncialError):
    """The result cannot be written where it should go."""

    code, exit_status, http_status = "output-error", 5, 500
    title = "The result cannot be written"
    default_stage = "format"


class TrainingUnhelpful(UncialError):
    """What was learned is no better than what there was before."""

    code, exit_status, http_status = "training-unhelpful", 4, 422
    title = "What was learned does not help"


class NothingChecked(UncialError):
    """Training samples are asked for, and no person has checked a line."""

    code, exit_status, http_status = "nothing-checked", 5, 409
    title = "Nothing was checked"
    default_hint = "Correct or accept some words first, on the web page or by PUT /v1/jobs/ID/corrections."
    default_stage = "format"


class OriginalMissing(UncialError):
    """The format shows the pages themselves, and the file that was read is not at hand."""

    code, exit_status, http_status = "original-missing", 1, 400
    title = "The original file is needed"
    default_hint = "Give the image or PDF that was read: --original scan.pdf, or write(document, format, source)."
    default_stage = "format"
