using System.Globalization;
using System.Text.RegularExpressions;

namespace Branchline.Server.Store.Backups;

/// <summary>A copy of the database in the folder <c>backups</c>: when and why it was made stands in its name.</summary>
public sealed partial record Backup(string Name, DateTimeOffset At, string Reason, long Bytes)
{
    internal const string Ending = ".db";

    private const string Moment = "yyyyMMdd-HHmmss";

    /// <summary>What a file of that name is; null for a file that is none of these.</summary>
    internal static Backup? Of(FileInfo file)
    {
        var parts = Form().Match(file.Name);
        return parts.Success
            && DateTimeOffset.TryParseExact(parts.Groups[1].Value, Moment, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? new Backup(file.Name[..^Ending.Length], at, parts.Groups[2].Value, file.Length)
            : null;
    }

    /// <summary>The name of one made now; <paramref name="count"/> tells those of one second apart.</summary>
    internal static string NameOf(DateTimeOffset at, string reason, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime.ToString(Moment, CultureInfo.InvariantCulture)}{(count == 0 ? "" : $".{count}")}-{reason}");

    [GeneratedRegex(@"^(\d{8}-\d{6})(?:\.\d+)?-([a-z-]+)\.db$")]
    private static partial Regex Form();
}
