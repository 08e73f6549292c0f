using Branchline.Protocol;

namespace Branchline.Client;

/// <summary>
/// The store's file cannot be opened, read or written: it is another client's, its disk is full, or it is damaged. Nothing of what was
/// asked for was done. Its code is <see cref="ErrorCodes.StoreUnavailable"/>.
/// </summary>
public sealed class StoreUnavailableException : IOException
{
    /// <summary>With the words for a person.</summary>
    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With the words for a person, and the cause.</summary>
    public StoreUnavailableException(string message, Exception cause)
        : base(message, cause)
    {
    }

    /// <summary>Always <see cref="ErrorCodes.StoreUnavailable"/>.</summary>
    public string Code { get; } = ErrorCodes.StoreUnavailable;
}
