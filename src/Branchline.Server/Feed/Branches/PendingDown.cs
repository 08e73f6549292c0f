using System.Text.Json;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed.Branches;

/// <summary>Where a branch stands in these tables of its scopes. Changes that came from <paramref name="Via"/> do not wait for it.</summary>
internal sealed record BranchStand(IReadOnlyList<string> Scopes, IReadOnlyList<string> Tables, long Seq, string Via);

/// <summary>How many changes wait, at most <see cref="PendingDown.Most"/> are counted, and the first of them.</summary>
internal readonly record struct PendingChanges(long Count, long? First)
{
    public static PendingChanges operator +(PendingChanges one, PendingChanges other) =>
        new(Math.Min(PendingDown.Most, one.Count + other.Count), one.First is { } first && other.First is { } second ? Math.Min(first, second) : one.First ?? other.First);
}

/// <summary>Counts what branches have still to read: not how far the log has gone, but what in it is for them.</summary>
internal static class PendingDown
{
    /// <summary>More are not counted.</summary>
    public const long Most = 10_000;

    public static PendingChanges Count(Database database, BranchStand stand)
    {
        var (tail, tables) = ($"\"via\":\"{stand.Via}\"}}", JsonSerializer.Serialize([.. stand.Tables], PendingJson.Default.StringArray));
        var pending = default(PendingChanges);
        foreach (var scope in stand.Scopes)
        {
            var statement = database.Prepare("""
                SELECT COUNT(*), MIN(seq) FROM (
                  SELECT seq FROM _log WHERE scope = (SELECT id FROM _scopes WHERE name = ?1) AND seq > ?2
                  AND tbl IN (SELECT value FROM json_each(?3)) AND substr(json, -length(?4)) <> ?4 ORDER BY seq LIMIT ?5)
                """).Bind(1, scope).Bind(2, stand.Seq).Bind(3, tables).Bind(4, tail).Bind(5, Most);
            statement.Step();
            var count = statement.Integer(0);
            pending += new PendingChanges(count, count == 0 ? null : statement.Integer(1));
            statement.Reset();
        }

        return pending;
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string[]))]
internal sealed partial class PendingJson : System.Text.Json.Serialization.JsonSerializerContext;
