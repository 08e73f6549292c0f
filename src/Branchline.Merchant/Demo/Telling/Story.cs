using Branchline.Protocol;

namespace Branchline.Merchant.Demo.Telling;

/// <summary>What the parts of the demo share: ids and chance from one seed, and the moment at which the story ends.</summary>
internal sealed class Story(int seed, DateTimeOffset now)
{
    private int _step;

    public DateTimeOffset Now { get; } = now;

    public DateOnly Today { get; } = DateOnly.FromDateTime(now.UtcDateTime);

    public Ids Ids { get; } = new(seed);

    /// <summary>Chance of its own for each part, so that a change in one part leaves the others as they are.</summary>
    public Random Chance(int part) => new(seed * 1000 + part);

    /// <summary>The moment of a day, given in minutes since midnight.</summary>
    public static DateTimeOffset At(DateOnly day, double minutes) =>
        new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddMinutes(minutes);

    /// <summary>One mutation as a device of the shop would have made it then. The node allots its number.</summary>
    public Mutation Step(string device, DateTimeOffset at, string name, params IReadOnlyList<RowWrite> writes)
    {
        var author = new DeviceId(device);
        var counter = _step++ & Stamp.MaxCounter;
        return new Mutation(
            author, 0, Ids.Of("mutation/" + name), new Stamp(at.ToUnixTimeMilliseconds(), counter, author), null, writes);
    }

    public static RowWrite Insert(string table, Guid id, params ReadOnlySpan<(string Field, Cell Cell)> cells) =>
        new(table, id, WriteKind.Insert, Fields(cells));

    public static RowWrite Update(string table, Guid id, params ReadOnlySpan<(string Field, Cell Cell)> cells) =>
        new(table, id, WriteKind.Update, Fields(cells));

    private static Dictionary<string, FieldValue> Fields(ReadOnlySpan<(string Field, Cell Cell)> cells)
    {
        var fields = new Dictionary<string, FieldValue>(cells.Length, StringComparer.Ordinal);
        foreach (var (field, cell) in cells)
        {
            if (!cell.Value.IsNull)
            {
                fields[field] = cell.Value;
            }
        }

        return fields;
    }
}
