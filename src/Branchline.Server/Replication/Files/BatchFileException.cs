namespace Branchline.Server.Replication.Files;

/// <summary>Why a file is not taken, with a stable code; nothing of it was applied.</summary>
internal sealed class BatchFileException(string code, string message, string remedy, Exception? cause = null) : Exception(message, cause)
{
    public string Code => code;

    /// <summary>What would be right.</summary>
    public string Remedy => remedy;
}
