using Branchline.Protocol;
using Branchline.Server.Mutations;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Tests.Simulation.Chains;

/// <summary>A till that is online at its node: what it writes is there, or refused, when it returns.</summary>
internal sealed class ChainTill(World world, ChainNode node, SimPerson person, string name) : ISimDevice
{
    private readonly SeededIds _ids = new(world, TimeProvider.System);
    private readonly DeviceId _device = new(name);
    private long _n;
    private int _receipt;

    /// <summary>Told of what the node took.</summary>
    public required Action<Mutation> OnTaken { get; init; }

    public string Name => name;

    public SimPerson Person => person;

    public IReadOnlyDictionary<string, Dictionary<(string Table, Guid Id), Fields>> Base =>
        Person.Scopes.ToDictionary(scope => scope, Rows, StringComparer.Ordinal);

    public IReadOnlyList<(Mutation Mutation, string Code)> Tray => [];

    public IEnumerable<Guid> LastMade => [];

    public int Waiting => 0;

    public bool IsIdle => true;

    public WallClock Clock => node.Clock;

    public SimLine Line => throw new NotSupportedException("It is at its node");

    public Guid NewId() => _ids.Next();

    public string NextReceipt() => $"{name}-{++_receipt}";

    public Mutation Write(params RowWrite[] writes)
    {
        var mutation = new Mutation(_device, ++_n, _ids.Next(), node.NextStamp(_device), null, writes);
        if (node.Write(mutation, person.ToWriter()) is not MutationOutcome.Rejected)
        {
            OnTaken(mutation);
        }

        return mutation;
    }

    public bool Sees(string table, Guid id) => throw new NotSupportedException("It has no rows of its own");

    public ValueTask DoNextAsync() => ValueTask.CompletedTask;

    public void Crash() => throw new NotSupportedException("It keeps nothing");

    public ISimDevice Copy() => throw new NotSupportedException("It keeps nothing");

    private Dictionary<(string Table, Guid Id), Fields> Rows(string scope)
    {
        var rows = new Dictionary<(string, Guid), Fields>();
        foreach (var layout in node.Store.Layouts.Values.Where(layout => RowScope.Covers(layout.Table.Scope, scope)))
        {
            using var statement = node.Store.Writer.PrepareOnce($"{layout.SelectAll} WHERE _deleted IS NULL");
            while (statement.Step())
            {
                var row = RowSql.ReadImage(statement, layout);
                if (RowScope.Of(layout.Table, row.Fields) == scope)
                {
                    rows[(layout.Table.Name, row.Id)] = new Fields(row.Fields);
                }
            }
        }

        return rows;
    }
}
