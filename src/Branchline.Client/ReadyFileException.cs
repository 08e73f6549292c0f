namespace Branchline.Client;

/// <summary>
/// The first sync could not use the node's ready database file and goes on with snapshots, to which nothing is lost. Told to
/// <see cref="ClientOptions.Failed"/>.
/// </summary>
public sealed class ReadyFileException : IOException
{
    /// <summary>With the code and the words for a person.</summary>
    public ReadyFileException(string code, string message)
        : base(message) => Code = code;

    /// <summary>With the code, the words for a person, and the cause.</summary>
    public ReadyFileException(string code, string message, Exception cause)
        : base(message, cause) => Code = code;

    /// <summary>
    /// The node's code, such as <c>database_unavailable</c>; or <see cref="Damaged"/>, <see cref="Unfinished"/> or <see cref="NoRoom"/>.
    /// </summary>
    public string Code { get; }

    /// <summary>What came is not what the node sent, or not of a kind that this program knows.</summary>
    public const string Damaged = "database_damaged";

    /// <summary>The line broke again and again before more of it had come.</summary>
    public const string Unfinished = "database_unfinished";

    /// <summary>This device's disk did not take it.</summary>
    public const string NoRoom = "store_unavailable";
}
