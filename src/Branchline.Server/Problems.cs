using Branchline.Protocol;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server;

/// <summary>What every code of <see cref="ErrorCodes"/> means in HTTP. REST, sync and sign-in answer by it.</summary>
internal static class Problems
{
    /// <summary>A refusal with this code.</summary>
    public static Problem For(string code, string detail, string? remedy = null) => new(code, detail) { Remedy = remedy };

    /// <summary>A refusal at one field of a request.</summary>
    public static Problem ForField(string code, string field, string detail, string? remedy = null) =>
        new(code, detail) { Field = field, Remedy = remedy };

    /// <summary>A rejected mutation as a refusal.</summary>
    public static Problem For(MutationOutcome.Rejected rejected) =>
        new(rejected.Code, rejected.Reason) { Table = rejected.Table, Field = rejected.Field, Remedy = rejected.Remedy };

    /// <summary>The HTTP status of a code; 400 for what the caller can put right in the request.</summary>
    public static int StatusOf(string code) => code switch
    {
        ErrorCodes.NotSignedIn or ErrorCodes.TokenInvalid or ErrorCodes.SignInFailed => StatusCodes.Status401Unauthorized,
        ErrorCodes.AccessDenied or ErrorCodes.OutOfScope or ErrorCodes.MoveNotAllowed or ErrorCodes.AntiforgeryFailed
            or ErrorCodes.OriginRefused or ErrorCodes.ConnectionTaken or ErrorCodes.ClockWrong => StatusCodes.Status403Forbidden,
        ErrorCodes.UnknownTable or ErrorCodes.RowMissing or ErrorCodes.NotFound or ErrorCodes.AppMissing
            or ErrorCodes.CaseMissing => StatusCodes.Status404NotFound,
        ErrorCodes.MethodNotAllowed => StatusCodes.Status405MethodNotAllowed,
        ErrorCodes.UniqueClash or ErrorCodes.RowExists or ErrorCodes.IllegalMove or ErrorCodes.NumberGap
            or ErrorCodes.DeviceCloned or ErrorCodes.LedgerImmutable or ErrorCodes.DocumentDelete
            or ErrorCodes.AppExists or ErrorCodes.AppReadOnly or ErrorCodes.CaseSettled or ErrorCodes.CaseOpen or ErrorCodes.NotEmpty
            or ErrorCodes.FileForeign or ErrorCodes.FileOutdated => StatusCodes.Status409Conflict,
        ErrorCodes.RowDeleted => StatusCodes.Status410Gone,
        ErrorCodes.PreconditionFailed => StatusCodes.Status412PreconditionFailed,
        ErrorCodes.BodyTooLarge or ErrorCodes.BatchTooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorCodes.UnsupportedMediaType => StatusCodes.Status415UnsupportedMediaType,
        ErrorCodes.UnknownField or ErrorCodes.WrongType or ErrorCodes.Required or ErrorCodes.NotInEnum or ErrorCodes.TooLong
            or ErrorCodes.OutOfRange or ErrorCodes.BrokenReference or ErrorCodes.ReadOnlyField or ErrorCodes.RuleViolated
            or ErrorCodes.IdempotencyKeyReused or ErrorCodes.PasswordTooShort or ErrorCodes.FileInvalid => StatusCodes.Status422UnprocessableEntity,
        ErrorCodes.TooManyAttempts => StatusCodes.Status429TooManyRequests,
        ErrorCodes.Internal or ErrorCodes.Parked => StatusCodes.Status500InternalServerError,
        ErrorCodes.MasterUnreachable => StatusCodes.Status502BadGateway,
        ErrorCodes.StoreUnavailable or ErrorCodes.DatabaseUnavailable or ErrorCodes.BackupFailed => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status400BadRequest,
    };

    /// <summary>Whether the same request may succeed later, unchanged.</summary>
    public static bool IsTransient(string code) =>
        code is ErrorCodes.StoreUnavailable or ErrorCodes.DatabaseUnavailable or ErrorCodes.TooManyAttempts or ErrorCodes.Internal;

    /// <summary>The code in words: <c>row_missing</c> is "Row missing".</summary>
    public static string TitleOf(string code) => char.ToUpperInvariant(code[0]) + code[1..].Replace('_', ' ');
}
