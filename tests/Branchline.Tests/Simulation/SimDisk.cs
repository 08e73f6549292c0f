using Branchline.Protocol;

namespace Branchline.Tests.Simulation;

/// <summary>A row's fields that are not null.</summary>
internal sealed class Fields : Dictionary<string, FieldValue>
{
    public Fields()
        : base(StringComparer.Ordinal)
    {
    }

    public Fields(IEnumerable<KeyValuePair<string, FieldValue>> from)
        : base(from.Where(field => !field.Value.IsNull), StringComparer.Ordinal)
    {
    }

    public void Merge(IReadOnlyDictionary<string, FieldValue> patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value.IsNull)
            {
                Remove(name);
            }
            else
            {
                this[name] = value;
            }
        }
    }
}

/// <summary>What a device keeps: all that is left of it after a crash.</summary>
internal sealed class SimDisk(DeviceId id)
{
    public DeviceId Id { get; set; } = id;

    public long NextN { get; set; } = 1;

    public string? Incarnation { get; set; }

    /// <summary>The life of the log in which what is in the journal was answered.</summary>
    public string? AnsweredEpoch { get; set; }

    /// <summary>Not answered yet, in order.</summary>
    public List<Mutation> Outbox { get; private set; } = [];

    /// <summary>Answered, and not yet come back: still shown.</summary>
    public List<Mutation> Unseen { get; private set; } = [];

    /// <summary>Answered: sent again to a node that lost them.</summary>
    public List<Mutation> Journal { get; private set; } = [];

    /// <summary>Refused, with the reason.</summary>
    public List<(Mutation Mutation, string Code)> Tray { get; private set; } = [];

    public Dictionary<string, Cursor> Cursors { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>By scope, its rows as the node told them.</summary>
    public Dictionary<string, Dictionary<(string Table, Guid Id), Fields>> Base { get; private set; } = new(StringComparer.Ordinal);

    public (long Milliseconds, int Counter) Clock { get; set; }

    public int Receipt { get; set; }

    /// <summary>What a copied browser profile or a restored backup of the device is.</summary>
    public SimDisk Copy() => new(Id)
    {
        NextN = NextN,
        Incarnation = Incarnation,
        AnsweredEpoch = AnsweredEpoch,
        Outbox = [.. Outbox],
        Unseen = [.. Unseen],
        Journal = [.. Journal],
        Tray = [.. Tray],
        Cursors = new(Cursors, StringComparer.Ordinal),
        Base = Base.ToDictionary(
            scope => scope.Key, scope => scope.Value.ToDictionary(row => row.Key, row => new Fields(row.Value)), StringComparer.Ordinal),
        Clock = Clock,
        Receipt = Receipt,
    };
}
