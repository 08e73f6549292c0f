using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Client;

/// <summary>
/// A write breaks a declared rule: the node would refuse it, so nothing of the mutation is saved. The message says what is wrong.
/// </summary>
public sealed class CheckException : Exception
{
    internal CheckException(CheckError error)
        : base(error.Reason)
    {
        Code = error.Code;
        Table = error.Table ?? "";
        Field = error.Field;
        Remedy = error.Remedy;
    }

    /// <summary>One of <see cref="ErrorCodes"/>: the node would refuse the write with the same one.</summary>
    public string Code { get; }

    /// <summary>The table at fault.</summary>
    public string Table { get; }

    /// <summary>The field at fault; null when it is the write as a whole.</summary>
    public string? Field { get; }

    /// <summary>What would be right.</summary>
    public string Remedy { get; }
}
