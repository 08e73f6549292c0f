namespace Branchline.Protocol;

/// <summary>The stable codes of refusals. A code is never renamed.</summary>
public static class ErrorCodes
{
    /// <summary>The body is not JSON of the expected shape.</summary>
    public const string MalformedJson = "malformed_json";

    /// <summary>No such table in the schema.</summary>
    public const string UnknownTable = "unknown_table";

    /// <summary>The table has no such field.</summary>
    public const string UnknownField = "unknown_field";

    /// <summary>The value is not of the field's type.</summary>
    public const string WrongType = "wrong_type";

    /// <summary>A required field is missing or null.</summary>
    public const string Required = "required";

    /// <summary>The value is not one of the enum's.</summary>
    public const string NotInEnum = "not_in_enum";

    /// <summary>The text is longer than allowed.</summary>
    public const string TooLong = "too_long";

    /// <summary>The number is outside its range.</summary>
    public const string OutOfRange = "out_of_range";

    /// <summary>A ref names a row that does not exist.</summary>
    public const string BrokenReference = "broken_reference";

    /// <summary>Another live row has this unique value.</summary>
    public const string UniqueClash = "unique_clash";

    /// <summary>The workflow has no such move.</summary>
    public const string IllegalMove = "illegal_move";

    /// <summary>The workflow has the move, but not for this role.</summary>
    public const string MoveNotAllowed = "move_not_allowed";

    /// <summary>Only the node writes this field.</summary>
    public const string ReadOnlyField = "read_only_field";

    /// <summary>Ledger entries are countered, never changed.</summary>
    public const string LedgerImmutable = "ledger_immutable";

    /// <summary>Documents of record are voided, never deleted.</summary>
    public const string DocumentDelete = "document_delete";

    /// <summary>No such row.</summary>
    public const string RowMissing = "row_missing";

    /// <summary>A row with this id exists.</summary>
    public const string RowExists = "row_exists";

    /// <summary>The row was deleted.</summary>
    public const string RowDeleted = "row_deleted";

    /// <summary>The role may not do this.</summary>
    public const string AccessDenied = "access_denied";

    /// <summary>The realtime connection serves another person.</summary>
    public const string ConnectionTaken = "connection_taken";

    /// <summary>The row belongs to a branch or user whose scope the writer does not hold.</summary>
    public const string OutOfScope = "out_of_scope";

    /// <summary>No session and no token.</summary>
    public const string NotSignedIn = "not_signed_in";

    /// <summary>E-mail or password is wrong.</summary>
    public const string SignInFailed = "sign_in_failed";

    /// <summary>Too many attempts; wait.</summary>
    public const string TooManyAttempts = "too_many_attempts";

    /// <summary>The token is unknown, expired or revoked.</summary>
    public const string TokenInvalid = "token_invalid";

    /// <summary>A write by cookie without the antiforgery header.</summary>
    public const string AntiforgeryFailed = "antiforgery_failed";

    /// <summary>A browser page of another origin tried to use the person's session.</summary>
    public const string OriginRefused = "origin_refused";

    /// <summary>The password is shorter than this node wants.</summary>
    public const string PasswordTooShort = "password_too_short";

    /// <summary>No such address.</summary>
    public const string NotFound = "not_found";

    /// <summary>The address exists, but not for this method.</summary>
    public const string MethodNotAllowed = "method_not_allowed";

    /// <summary>The body's content type is not one the address takes.</summary>
    public const string UnsupportedMediaType = "unsupported_media_type";

    /// <summary>The body is larger than allowed.</summary>
    public const string BodyTooLarge = "body_too_large";

    /// <summary>More items than allowed in one request.</summary>
    public const string BatchTooLarge = "batch_too_large";

    /// <summary>The cursor is not one of this node's.</summary>
    public const string CursorInvalid = "cursor_invalid";

    /// <summary>A query parameter is unknown or has a wrong value.</summary>
    public const string ParameterInvalid = "parameter_invalid";

    /// <summary>A mutation number was skipped.</summary>
    public const string NumberGap = "number_gap";

    /// <summary>Two devices use one id.</summary>
    public const string DeviceCloned = "device_cloned";

    /// <summary>The row changed since the given version.</summary>
    public const string PreconditionFailed = "precondition_failed";

    /// <summary>The idempotency key was used for another request.</summary>
    public const string IdempotencyKeyReused = "idempotency_key_reused";

    /// <summary>A rule of the business was broken.</summary>
    public const string RuleViolated = "rule_violated";

    /// <summary>No such realtime app.</summary>
    public const string AppMissing = "app_missing";

    /// <summary>Another realtime app has this id or key.</summary>
    public const string AppExists = "app_exists";

    /// <summary>The node's configuration sets this realtime app.</summary>
    public const string AppReadOnly = "app_read_only";

    /// <summary>No such tray entry, conflict or flag, or none that the person may see.</summary>
    public const string CaseMissing = "case_missing";

    /// <summary>The tray entry, conflict or flag was settled already.</summary>
    public const string CaseSettled = "case_settled";

    /// <summary>The conflict waits for a choice first.</summary>
    public const string CaseOpen = "case_open";

    /// <summary>The mutation kept failing for an unexpected reason and was put aside.</summary>
    public const string Parked = "parked";

    /// <summary>The node cannot write at the moment; try again later.</summary>
    public const string StoreUnavailable = "store_unavailable";

    /// <summary>The node cannot make a ready database file at the moment; fetch snapshots instead.</summary>
    public const string DatabaseUnavailable = "database_unavailable";

    /// <summary>The clocks of two nodes differ too much for either to trust the other's signature.</summary>
    public const string ClockWrong = "clock_wrong";

    /// <summary>A node that joins a master has rows of its own.</summary>
    public const string NotEmpty = "not_empty";

    /// <summary>The master cannot be reached at the moment.</summary>
    public const string MasterUnreachable = "master_unreachable";

    /// <summary>The file is none of batches and no journal, of another version, or it was cut or changed on its way.</summary>
    public const string FileInvalid = "file_invalid";

    /// <summary>The file is of a branch or master that this node does not know, or for the other side of the line.</summary>
    public const string FileForeign = "file_foreign";

    /// <summary>A node was put back to an older copy since the file was written; another one is to be exported.</summary>
    public const string FileOutdated = "file_outdated";

    /// <summary>The backup that comes before could not be made.</summary>
    public const string BackupFailed = "backup_failed";

    /// <summary>An unexpected error; the node's log has its cause.</summary>
    public const string Internal = "internal";
}
