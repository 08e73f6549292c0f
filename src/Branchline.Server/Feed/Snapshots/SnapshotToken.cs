using System.Globalization;

namespace Branchline.Server.Feed.Snapshots;

/// <summary>
/// Where a snapshot stands: the change it holds at least everything up to, the table, and the last place read. The mark says for whom and by which
/// schema: a token that somebody else was given, or that is older than a migration, is none.
/// </summary>
internal readonly record struct SnapshotToken(long Seq, int Table, long Place, string Mark)
{
    public static bool TryParse(string text, out SnapshotToken token)
    {
        token = default;
        var parts = text.Split('-');
        if (parts.Length != 4
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var table)
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var place))
        {
            return false;
        }

        token = new SnapshotToken(seq, table, place, parts[3]);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seq}-{Table}-{Place}-{Mark}");
}
