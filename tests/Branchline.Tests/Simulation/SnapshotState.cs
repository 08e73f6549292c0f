using System.Globalization;
using Branchline.Protocol;

namespace Branchline.Tests.Simulation;

/// <summary>A snapshot on its way; it replaces the scope's rows when it is whole.</summary>
internal sealed record SnapshotState(string Scope, string? Next, Dictionary<(string Table, Guid Id), Fields> Rows)
{
    public Cursor Cursor { get; init; }

    public void Take(SnapshotChunk chunk)
    {
        foreach (var part in chunk.Parts)
        {
            foreach (var row in part.Rows)
            {
                var fields = part.Columns.Zip(row, KeyValuePair.Create).Skip(1);
                Rows[(part.Table, Guid.Parse(row[0].AsText!, CultureInfo.InvariantCulture))] = new Fields(fields);
            }
        }
    }
}
