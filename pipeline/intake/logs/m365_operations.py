"""The operations of Microsoft 365's unified audit log that read, and what the others count as.

Names are those of the vendor's list of audited activities and of the Office 365 Management Activity API schema. What is
not listed is told by the words an operation's name ends in.
"""

from __future__ import annotations

import polars as pl

_ACTIONS = {
    "view": (
        "FileAccessed", "FileAccessedExtended", "FilePreviewed", "PageViewed", "PageViewedExtended", "PagePrefetched",
        "ClientViewSignaled", "ListViewed", "ListItemViewed", "AnonymousLinkUsed", "SecureLinkUsed", "CompanyLinkUsed",
        "SharingLinkUsed", "FileRead", "MailItemsAccessed", "MessageBind", "FolderBind", "MessagesListed",
        "MessageRead",
        "MessageHostedContentRead", "MessageHostedContentsListed", "ChatRetrieved", "ViewedSearchPreviewed",
        "PreviewItemRendered", "PreviewItemListed", "SearchPreviewed", "CopilotInteraction", "ViewReport",
        "ViewDashboard",
        "AccessedOdataLink", "ViewResponse", "ViewResponses",
    ),
    "export": (
        "FileDownloaded", "FileSyncDownloadedFull", "FileSyncDownloadedPartial", "FileDownloadedFromBrowser",
        "FilePrinted", "FileCopiedToRemovableMedia", "FileCopiedToNetworkShare", "FileCopiedToClipboard",
        "FileUploadedToCloud", "FileCopiedToRemoteDesktopSession", "FileTransferredByBluetooth", "MessagesExported",
        "RecordingExported", "TranscriptsExported", "SearchExported", "SearchExportDownloaded", "SearchResultExported",
        "ViewedSearchExported", "SearchPreviewItemDownloaded", "PreviewItemDownloaded", "SearchReport",
        "New-ComplianceSearchAction", "New-MailboxExportRequest", "ExportReport", "ExportForm", "DownloadReport",
    ),
    "search": (
        "SearchQueryInitiatedExchange", "SearchQueryInitiatedSharePoint", "SearchQueryPerformed", "SearchStarted",
        "Start-ComplianceSearch", "New-MailboxSearch", "SearchViewed", "AuditSearchCompleted", "Search-UnifiedAuditLog",
    ),
    "copy": ("FileCopied", "FolderCopied", "Copy", "Search-Mailbox"),
    "list": ("FolderAccessed", "FolderBrowsed", "ChatsListed", "ChannelsListed", "ListOfMessages"),
    "login": ("UserLoggedIn", "UserLoginFailed", "MailboxLogin", "SignInEvent", "TeamsSessionStarted", "UserLoggedOff"),
    "write": ("Send", "SendAs", "SendOnBehalf", "FileDownloadBlocked"),
}  # fmt: skip
_KNOWN = {name.lower(): action for action, listed in _ACTIONS.items() for name in listed}
_ENDINGS = (
    (r"(?i)(?:downloaded|exported)", "export"),
    (r"(?i)(?:accessed|viewed|previewed|read|retrieved|opened)(?:extended)?$", "view"),
    (r"(?i)(?:^(?:remove|delete|disable)[- ]|deleted|removed|recycled|(?:hard|soft)delete)", "delete"),
    (r"(?i)^search", "search"),
    (r"(?i)(?:^get-|listed$|browsed$)", "list"),
)
SYNCS = ("filesyncdownloadedfull", "filesyncdownloadedpartial")
SIGNALS = {"set-adminauditlogconfig": "scope_changed", "set-mailboxauditbypassassociation": "scope_changed"}
FORWARDINGS = (
    "new-inboxrule",
    "set-inboxrule",
    "updateinboxrules",
    "set-mailbox",
    "new-transportrule",
    "set-transportrule",
)
_FORWARDS = (
    r'(?i)"name"\s*:\s*"(?:forwardingsmtpaddress|forwardingaddress|forwardto|forwardasattachmentto|redirectto'
    r'|redirectmessageto|blindcopyto|copyto)"\s*,\s*"value"\s*:\s*"[^"]+"'
)


def action_of(operation: pl.Expr, parameters: pl.Expr) -> pl.Expr:
    """Say what an operation counts as; a rule that forwards mail is a standing copy."""
    folded = operation.str.strip_chars().str.to_lowercase()
    action: pl.Expr = pl.lit("write")
    for pattern, meaning in reversed(_ENDINGS):
        action = pl.when(operation.str.contains(pattern)).then(pl.lit(meaning)).otherwise(action)
    known = pl.coalesce(folded.replace_strict(_KNOWN, default=None, return_dtype=pl.String), action)
    return pl.when(is_forwarding(operation, parameters)).then(pl.lit("copy")).otherwise(known)


def is_forwarding(operation: pl.Expr, parameters: pl.Expr) -> pl.Expr:
    """Tell an operation that makes the service send mail on to somebody."""
    is_rule = operation.str.strip_chars().str.to_lowercase().is_in(FORWARDINGS)
    return is_rule & parameters.str.contains(_FORWARDS).fill_null(False)
