"""The calls of CloudTrail that read data or change the log, and what each of them reads.

A table, and nothing else: call → what it counts as, and where its request names what it read. `{x}` stands for the
value of request parameter x; of several patterns the first whose values are all there holds; `[]` reads a list.
Names of parameters are those of the records, as the services' API references and CloudTrail's user guide have them.
Calls that stand here for no reading are those whose names would mislead a reader of `Get…` and `List…`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """What a call counts as, the forms of the resource it read, and what else its request says of it."""

    action: str
    resources: tuple[str, ...] = ()
    is_data: bool = False
    statement: str | None = None
    dialect: str | None = None
    is_part: bool = False
    """It delivered a part that the log does not tell: what it read is an upper bound."""
    needs: str | None = None
    """The parameter that must hold something for this to be a read: an empty list lets nobody in."""


def _object(action: str, is_part: bool = False) -> Call:
    return Call(action, ("s3://{bucketName}/{key}?versionId={versionId}", "s3://{bucketName}/{key}"), True, None, None,
                is_part)  # fmt: skip


def _bucket(action: str) -> Call:
    return Call(action, ("s3://{bucketName}/",), is_data=True)


_COPY_SOURCE = Call("copy", ("s3://{x-amz-copy-source}",), is_data=True)
_S3 = {
    "GetObject": _object("view"),
    "SelectObjectContent": _object("search", is_part=True),
    "GetObjectTorrent": _object("view"),
    "CopyObject": _COPY_SOURCE,
    "UploadPartCopy": _COPY_SOURCE,
    "RestoreObject": _object("write"),
    **dict.fromkeys(
        ("HeadObject", "GetObjectAcl", "GetObjectTagging", "GetObjectAttributes", "GetObjectLegalHold",
         "GetObjectRetention"), _object("metadata")),
    **dict.fromkeys(
        ("ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads", "ListParts"), _bucket("list")),
    "HeadBucket": Call("metadata", is_data=True),
    **dict.fromkeys(
        ("PutObject", "PostObject", "UploadPart", "CreateMultipartUpload", "CompleteMultipartUpload",
         "AbortMultipartUpload", "PutObjectAcl", "PutObjectTagging"), _object("write")),
    **dict.fromkeys(("DeleteObject", "DeleteObjects"), _object("delete")),
    # Standing orders to copy: what they took is not named, and must not count as nothing.
    "PutBucketReplication": Call("copy", ("s3:replication:{bucketName}",)),
    "CreateJob": Call("copy", ("s3:batch-job:{accountId}", "s3:batch-job:")),
}  # fmt: skip

_TABLE = ("dynamodb://{tableName}",)
_DYNAMODB = {
    "GetItem": Call("view", _TABLE, is_data=True),
    "BatchGetItem": Call("view", (), is_data=True),
    "TransactGetItems": Call("view", (), is_data=True),
    # A query's values are not in the log; a scan delivers a page of at most a megabyte whose place is not in it either.
    "Query": Call("search", _TABLE, is_data=True, is_part=True),
    "Scan": Call("view", _TABLE, is_data=True, is_part=True),
    "ExecuteStatement": Call("search", (), True, "statement"),
    "BatchExecuteStatement": Call("search", (), True, "statements[].statement"),
    "ExecuteTransaction": Call("search", (), True, "transactStatements[].statement"),
    "GetRecords": Call("view", (), is_data=True, is_part=True),
    "ExportTableToPointInTime": Call("export", ("{tableArn}",)),
    "CreateBackup": Call("copy", _TABLE),
    "RestoreTableFromBackup": Call("copy", ("{backupArn}",)),
    "RestoreTableToPointInTime": Call("copy", ("dynamodb://{sourceTableName}", "{sourceTableArn}")),
    **dict.fromkeys(
        ("PutItem", "UpdateItem", "BatchWriteItem", "TransactWriteItems"), Call("write", _TABLE, is_data=True)),
    "DeleteItem": Call("delete", _TABLE, is_data=True),
}  # fmt: skip

_SNAPSHOT = "rds-snapshot://"
_RDS = {
    "CreateDBSnapshot": Call("copy", ("rds://{dBInstanceIdentifier}",)),
    "CreateDBClusterSnapshot": Call("copy", ("rds://{dBClusterIdentifier}",)),
    "CopyDBSnapshot": Call("copy", (_SNAPSHOT + "{sourceDBSnapshotIdentifier}",)),
    "CopyDBClusterSnapshot": Call("copy", (_SNAPSHOT + "{sourceDBClusterSnapshotIdentifier}",)),
    "ModifyDBSnapshotAttribute": Call("copy", (_SNAPSHOT + "{dBSnapshotIdentifier}",), needs="valuesToAdd"),
    "ModifyDBClusterSnapshotAttribute": Call(
        "copy", (_SNAPSHOT + "{dBClusterSnapshotIdentifier}",), needs="valuesToAdd"),
    "StartExportTask": Call("export", ("{sourceArn}",)),
    "RestoreDBInstanceFromDBSnapshot": Call("copy", (_SNAPSHOT + "{dBSnapshotIdentifier}",)),
    "RestoreDBClusterFromSnapshot": Call("copy", (_SNAPSHOT + "{snapshotIdentifier}",)),
    "RestoreDBInstanceToPointInTime": Call("copy", ("rds://{sourceDBInstanceIdentifier}",)),
    "RestoreDBClusterToPointInTime": Call("copy", ("rds://{sourceDBClusterIdentifier}",)),
    "CreateDBInstanceReadReplica": Call("copy", ("rds://{sourceDBInstanceIdentifier}",)),
    "DownloadDBLogFilePortion": Call("export", ("rds://{dBInstanceIdentifier}/log/{logFileName}",), is_part=True),
    "DownloadCompleteDBLogFile": Call("export", ("rds://{dBInstanceIdentifier}/log/{logFileName}",)),
}  # fmt: skip
_RDS_DATA = {
    "ExecuteStatement": Call("search", ("{resourceArn}/{database}", "{resourceArn}"), True, "sql"),
    "BatchExecuteStatement": Call("write", ("{resourceArn}/{database}", "{resourceArn}"), True, "sql"),
    "ExecuteSql": Call("search", ("{dbClusterOrInstanceArn}",), True, "sqlStatements"),
}

_CLUSTER = ("redshift://{clusterIdentifier}/{database}", "redshift://{workgroupName}/{database}")
_REDSHIFT_DATA = {
    "ExecuteStatement": Call("search", _CLUSTER, False, "sql", "redshift"),
    "BatchExecuteStatement": Call("search", _CLUSTER, False, "sqls[]", "redshift"),
    # What a statement gave, fetched by its number: possibly somebody else's statement.
    "GetStatementResult": Call("view", ("redshift-result://{id}",), is_part=True),
    "GetStatementResultV2": Call("view", ("redshift-result://{id}",), is_part=True),
}
_REDSHIFT = {
    "CreateClusterSnapshot": Call("copy", ("redshift://{clusterIdentifier}",)),
    "CopyClusterSnapshot": Call("copy", ("redshift-snapshot://{sourceSnapshotIdentifier}",)),
    "AuthorizeSnapshotAccess": Call("copy", ("redshift-snapshot://{snapshotIdentifier}",)),
    "RestoreFromClusterSnapshot": Call("copy", ("redshift-snapshot://{snapshotIdentifier}",)),
    "AuthorizeDataShare": Call("copy", ("{dataShareArn}",)),
}
_ATHENA = {
    "StartQueryExecution": Call(
        "search", ("athena://{queryExecutionContext.database}", "athena://{workGroup}"), False, "queryString", "athena"
    ),
    "GetQueryResults": Call("view", ("athena-result://{queryExecutionId}",), is_part=True),
    "GetQueryResultsStream": Call("view", ("athena-result://{queryExecutionId}",), is_part=True),
}  # fmt: skip

_EC2 = {
    "CreateSnapshot": Call("copy", ("ebs://{volumeId}",)),
    "CreateSnapshots": Call("copy", ("ec2://{instanceSpecification.instanceId}",)),
    "CopySnapshot": Call("copy", ("snapshot://{sourceSnapshotId}",)),
    "ModifySnapshotAttribute": Call("copy", ("snapshot://{snapshotId}",), needs="createVolumePermission.add"),
    "CreateVolume": Call("copy", ("snapshot://{snapshotId}",), needs="snapshotId"),
    "CreateImage": Call("copy", ("ec2://{instanceId}",)),
    "CopyImage": Call("copy", ("ami://{sourceImageId}",)),
    "ModifyImageAttribute": Call("copy", ("ami://{imageId}",), needs="launchPermission.add"),
    "ExportImage": Call("export", ("ami://{imageId}",)),
    "CreateStoreImageTask": Call("export", ("ami://{imageId}",)),
    "CreateInstanceExportTask": Call("export", ("ec2://{instanceId}",)),
}
_EBS = {
    "GetSnapshotBlock": Call("view", ("snapshot://{snapshotId}",), True, is_part=True),
    "ListSnapshotBlocks": Call("list", ("snapshot://{snapshotId}",), True),
    "ListChangedBlocks": Call("list", ("snapshot://{secondSnapshotId}",), True),
}
_BACKUP = {
    "StartBackupJob": Call("copy", ("{resourceArn}",)),
    "StartRestoreJob": Call("copy", ("{recoveryPointArn}",)),
    "StartCopyJob": Call("copy", ("{recoveryPointArn}",)),
}

_SECRETS = {
    "GetSecretValue": Call("view", ("secret://{secretId}",)),
    "BatchGetSecretValue": Call("view", ("secret://{secretIdList[]}", "secret:by-filter:")),
}
_PARAMETERS = {
    "GetParameter": Call("view", ("parameter://{name}?withDecryption={withDecryption}", "parameter://{name}")),
    "GetParameterHistory": Call("view", ("parameter://{name}?withDecryption={withDecryption}", "parameter://{name}")),
    "GetParameters": Call("view", ("parameter://{names[]}?withDecryption={withDecryption}", "parameter://{names[]}")),
    "GetParametersByPath": Call(
        "view", ("parameter://{path}/?withDecryption={withDecryption}", "parameter://{path}/"), is_part=True),
}  # fmt: skip
_KEYS = {
    "Decrypt": Call("view", ("kms://{keyId}",)),
    "ReEncrypt": Call("write", ("kms://{sourceKeyId}",)),
    "GenerateDataKey": Call("metadata"),
}

# Other services whose management calls hand out what customers gave.
_OTHERS = {
    "cognito-idp": {
        **dict.fromkeys(("ListUsers", "ListUsersInGroup"), Call("search", ("cognito://{userPoolId}",), is_part=True)),
        "AdminGetUser": Call("view", ("cognito://{userPoolId}/{username}",)),
    },
    "logs": {
        **dict.fromkeys(
            ("GetLogEvents", "FilterLogEvents", "StartLiveTail"),
            Call("view", ("logs://{logGroupName}",), is_part=True),
        ),
        "StartQuery": Call("search", ("logs://{logGroupName}", "logs://{logGroupNames[]}"), is_part=True),
        "GetQueryResults": Call("view", ("logs-result://{queryId}",), is_part=True),
        "CreateExportTask": Call("export", ("logs://{logGroupName}",)),
    },
    "sqs": {"ReceiveMessage": Call("view", ("{queueUrl}",), True, is_part=True)},
    "signin": {"ConsoleLogin": Call("login"), "SwitchRole": Call("login"), "CredentialChallenge": Call("login")},
}  # fmt: skip

_SERVICES = {
    "s3": _S3, "dynamodb": _DYNAMODB, "rds": _RDS, "rds-data": _RDS_DATA, "rdsdata": _RDS_DATA, "redshift": _REDSHIFT,
    "redshift-data": _REDSHIFT_DATA, "athena": _ATHENA, "ec2": _EC2, "ebs": _EBS, "backup": _BACKUP,
    "secretsmanager": _SECRETS, "ssm": _PARAMETERS, "kms": _KEYS, **_OTHERS,
}  # fmt: skip

CALLS: dict[str, Call] = {
    f"{service}:{name}": call for service, calls in _SERVICES.items() for name, call in calls.items()
}

SIGNALS: dict[str, str] = {
    f"cloudtrail:{name}": signal
    for signal, names in {
        "logging_stopped": ("StopLogging", "StopEventDataStoreIngestion"),
        "logging_started": ("StartLogging", "StartEventDataStoreIngestion"),
        "logging_deleted": ("DeleteTrail", "DeleteEventDataStore"),
        "scope_changed": ("UpdateTrail", "PutEventSelectors", "UpdateEventDataStore", "PutEventConfiguration"),
    }.items()
    for name in names
}
"""What a call does to the log itself; other logs' switches are not this log's matter."""
