using System.Globalization;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Mutations;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Store;
using Branchline.Server.Store.Sqlite;
using Branchline.Sqlite;

namespace Branchline.Tests.Simulation.Chains;

/// <summary>
/// A chain from beginning to end: people work at every node while lines break, processes die and copies are put back; then everything is mended, rounds run
/// until none does anything, and what must hold is checked.
/// </summary>
internal sealed class ChainRun : IDisposable
{
    private const int MostHealing = 60;

    private readonly World _world;
    private readonly ChainPlan _plan;
    private readonly ChainWire _wire;
    private readonly Books _books = new();
    private readonly Shopkeeping _work;
    private readonly SeededIds _ids;
    private readonly Guid[] _branches;
    private readonly Dictionary<string, ChainNode> _nodes = new(StringComparer.Ordinal);
    private readonly List<(ChainTill Till, ChainNode Node)> _tills = [];

    // What each node took, in order, and how much of it there was when its backup was made.
    private readonly Dictionary<string, List<Mutation>> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Copy, int Taken)> _backups = new(StringComparer.Ordinal);
    private readonly HashSet<Guid> _lost = [];
    private BusinessSchema _schema = SimShop.First;

    private ChainRun(ChainPlan plan)
    {
        (_plan, _world) = (plan, new World(plan.Seed));
        _wire = new ChainWire(_world, name => _nodes[name]);
        _ids = new SeededIds(_world, TimeProvider.System);
        _branches = [_ids.Next(), _ids.Next(), _ids.Next()];

        // Masters that do not know each other cannot tell where a row went that left their common branch.
        _work = new Shopkeeping(_world, _books, plan.Shape == ChainShape.DoubleMaster ? _branches[..1] : _branches);
    }

    public static async Task RunAsync(ChainPlan plan)
    {
        using var run = new ChainRun(plan);
        await run.OpenAsync();
        for (var step = 0; step < plan.Steps; step++)
        {
            await run._world.PassAsync(1 + run._world.Up(2000));
            await run.StepAsync();
        }

        await run.HealAsync();
        run.Check();
    }

    public void Dispose()
    {
        foreach (var node in _nodes.Values)
        {
            node.Dispose();
        }
    }

    private async Task OpenAsync()
    {
        var office = Node("office");
        foreach (var branch in _branches)
        {
            var admin = new Writer("admin", "admin", [Writer.Everywhere]);
            var device = new DeviceId("office-desk");
            office.Write(
                new Mutation(device, 0, _ids.Next(), office.NextStamp(device), null, [new RowWrite("branches", branch, WriteKind.Insert, new Dictionary<string, FieldValue> { ["name"] = FieldValue.Of("B") })]),
                admin);
        }

        await ShapeAsync(office);
        await CalmAsync();
        if (_plan.Troubles.HasFlag(ChainTrouble.Loss))
        {
            _wire.Lost = _world.Up(4) * 0.07;
        }

        if (_plan.Troubles.HasFlag(ChainTrouble.Deaths))
        {
            _wire.Deadly = 0.05;
        }
    }

    private async Task ShapeAsync(ChainNode office)
    {
        switch (_plan.Shape)
        {
            case ChainShape.Tree:
                var region = Node("region");
                await region.FollowAsync(office, _branches[1..], isEqual: false, holdsAll: false);
                await BranchAsync("shop-0", office, 0);
                await CalmAsync();
                await BranchAsync("shop-1", region, 1);
                await BranchAsync("shop-2", region, 2);
                break;
            case ChainShape.TwoOffices:
                var second = Node("second");
                await second.FollowAsync(office, [], isEqual: true, holdsAll: true);
                await CalmAsync();
                await BranchAsync("shop-0", office, 0);
                await BranchAsync("shop-1", second, 1);
                break;
            case ChainShape.Ring:
                var (b, c) = (Node("second"), Node("third"));
                await office.FollowAsync(b, [], isEqual: true, holdsAll: true);
                await b.FollowAsync(c, [], isEqual: true, holdsAll: true);
                await c.FollowAsync(office, [], isEqual: true, holdsAll: true);
                await CalmAsync();
                await BranchAsync("shop-0", c, 0);
                break;
            case ChainShape.DoubleMaster:
                var other = Node("second", 0);
                var shop = await BranchAsync("shop-0", office, 0);
                await CalmAsync();
                await shop.FollowAsync(other, [_branches[0]], isEqual: true, holdsAll: false);
                await CalmAsync();
                break;
            default:
                var far = Node("second");
                var between = Node("between");
                await between.FollowAsync(office, [], isEqual: true, holdsAll: true);
                await between.FollowAsync(far, [], isEqual: true, holdsAll: true);
                break;
        }
    }

    private async Task<ChainNode> BranchAsync(string name, ChainNode master, int branch)
    {
        var node = Node(name, branch);
        await node.FollowAsync(master, [_branches[branch]], isEqual: false, holdsAll: false);
        return node;
    }

    /// <summary>A node with somebody at its till; without a branch they see all of them.</summary>
    private ChainNode Node(string name, int? branch = null)
    {
        var node = _nodes[name] = new ChainNode(_world, name, _wire);
        node.Start(_schema);
        _taken[name] = [];
        var person = new SimPerson("person-" + name, "admin");
        person.Scopes.AddRange((branch is { } only ? [_branches[only]] : name == "region" ? _branches[1..] : _branches).Select(id => $"branch:{id}"));
        _tills.Add((new ChainTill(_world, node, person, "till-" + name) { OnTaken = _taken[name].Add }, node));
        return node;
    }

    private async Task StepAsync()
    {
        if (_world.Chance(0.08))
        {
            Trouble();
        }

        var (till, node) = _world.Pick(_tills);
        if (node.IsUp && _world.Chance(0.6))
        {
            _work.DoSomething(till, mayBeBad: false);
            return;
        }

        if (node.IsUp && node.Masters.All is { Length: > 0 } masters)
        {
            await RoundAsync(node, masters[_world.Up(masters.Length)].Name);
        }
    }

    private async Task RoundAsync(ChainNode node, string master)
    {
        try
        {
            await node.RoundAsync(master);
        }
        catch (AskerDiedException)
        {
            node.Stop();
            node.Start(_schema);
        }
    }

    private void Trouble()
    {
        var node = _world.Pick(_tills).Node;
        switch (_world.Up(6))
        {
            case 0 when _plan.Troubles.HasFlag(ChainTrouble.Cuts):
                var other = _world.Pick(_tills).Node;
                _wire.Cut(node.Name, other.Name);
                break;
            case 1 when _plan.Troubles.HasFlag(ChainTrouble.Crashes):
                if (node.IsUp)
                {
                    node.Stop();
                }
                else
                {
                    node.Start(_schema);
                }

                break;
            case 2 when _plan.Troubles.HasFlag(ChainTrouble.Clocks):
                node.Clock.Ahead = _world.Up(240_000) - 120_000;
                break;
            case 3 when _plan.Troubles.HasFlag(ChainTrouble.Restore) && node.IsUp:
                BackUpOrRestore(node);
                break;
            case 4 when _plan.Troubles.HasFlag(ChainTrouble.SchemaAdded) && node.IsUp:
                _schema = SimShop.Later;
                node.Stop();
                node.Start(_schema);
                break;
            case 5 when _plan.Troubles.HasFlag(ChainTrouble.Pauses) && node.IsUp && node.Masters.All is [var master, ..]:
                var lane = _world.Pick(Lanes.InOrder);
                node.Masters.SaveAsync(master with { Paused = master.Paused.Contains(lane) ? master.Paused.Remove(lane) : master.Paused.Add(lane) }, CancellationToken.None)
                    .GetAwaiter().GetResult();
                break;
        }
    }

    private void BackUpOrRestore(ChainNode node)
    {
        if (!_backups.Remove(node.Name, out var backup))
        {
            _backups[node.Name] = (node.BackUp(), _taken[node.Name].Count);
            return;
        }

        // Of what it took since, nobody can give back what no other node had heard of.
        foreach (var mutation in _taken[node.Name].Skip(backup.Taken))
        {
            var row = mutation.Writes[0];
            if (!_nodes.Values.Any(other => other != node && Has(other, row.Table, row.Id)))
            {
                _lost.Add(mutation.Id);
            }
        }

        node.Stop();
        node.Restore(backup.Copy);
        node.Start(_schema);
    }

    private bool Has(ChainNode node, string table, Guid id)
    {
        if (!node.IsUp)
        {
            node.Start(_schema);
        }

        return node.Store.Writer.Scalar($"SELECT 1 FROM \"{table}\" WHERE id = '{id}'") is not null;
    }

    /// <summary>Everything is mended, every node has the newest schema, and rounds run until none does anything.</summary>
    private async Task HealAsync()
    {
        _wire.Mend();
        foreach (var node in _nodes.Values)
        {
            node.Clock.Ahead = 0;
            node.Stop();
            node.Start(_schema);
            foreach (var master in node.Masters.All)
            {
                await node.Masters.SaveAsync(master with { Paused = [] }, CancellationToken.None);
            }
        }

        // Stamps that a wrong clock gave lie ahead of the others by so much at most.
        await _world.PassAsync(600_000);
        await CalmAsync();
    }

    private async Task CalmAsync()
    {
        var last = string.Empty;
        for (var pass = 0; pass < MostHealing; pass++)
        {
            var isQuiet = true;
            foreach (var node in _nodes.Values)
            {
                foreach (var master in node.Masters.All)
                {
                    var report = await node.RoundAsync(master.Name);
                    Books.Demand(report.Errors.Count == 0 || pass < MostHealing - 20, $"{node.Name} with {master.Name}: {string.Join("; ", report.Errors)}\n{Differences(node, _nodes[master.Name])}");
                    isQuiet &= report.IsQuiet && !node.IsUnsettled(master.Name);
                    last = report.IsQuiet ? last : $"{node.Name} with {master.Name}: {JsonSerializer.Serialize(report)}";
                }
            }

            if (isQuiet)
            {
                return;
            }

            await _world.PassAsync(61_000);
        }

        throw new BrokenPromiseException($"rounds go on and on: {last}");
    }

    private void Check()
    {
        foreach (var node in _nodes.Values)
        {
            _books.CheckNode(node.Store);
            foreach (var (lane, count) in node.Masters.All.SelectMany(master => UpTable.Count(node.Store.Writer, master.Name)))
            {
                throw new BrokenPromiseException($"{count.Waiting} and {count.Held} wait in {lane} of {node.Name}");
            }
        }

        var all = _taken.Values.SelectMany(taken => taken).Where(mutation => !_lost.Contains(mutation.Id)).ToList();
        var rows = _nodes.Values.ToDictionary(node => node, node => Rows(node));
        foreach (var (node, own) in rows)
        {
            foreach (var write in all.SelectMany(mutation => mutation.Writes).Where(write => write.Table is "sales" or "payments" or "moves" && Sees(node, write)))
            {
                Books.Demand(own.ContainsKey((write.Table, write.Id)), $"{node.Name} has not the row {write.Id} of {write.Table} that somebody was told is saved");
            }
        }

        foreach (var (one, other) in rows.Keys.SelectMany(one => rows.Keys.Where(other => string.CompareOrdinal(one.Name, other.Name) < 0).Select(other => (one, other))))
        {
            DemandEqual(one, rows[one], other, rows[other]);
        }
    }

    // Both have what everyone sees and the branches that both hold.
    private void DemandEqual(ChainNode one, Dictionary<(string Table, Guid Id), (string Scope, string Text)> left, ChainNode other, Dictionary<(string Table, Guid Id), (string Scope, string Text)> right)
    {
        foreach (var key in left.Keys.Union(right.Keys))
        {
            var (mine, theirs) = (left.GetValueOrDefault(key), right.GetValueOrDefault(key));
            var scope = mine.Scope ?? theirs.Scope;
            if (HoldsScope(one, scope) && HoldsScope(other, scope))
            {
                Books.Demand(mine.Text == theirs.Text, $"{key} of {scope} is {mine.Text ?? "missing"} at {one.Name} and {theirs.Text ?? "missing"} at {other.Name}");
            }
        }
    }

    private static string Differences(ChainNode one, ChainNode other)
    {
        var (left, right) = (Rows(one), Rows(other));
        return string.Join('\n', left.Keys.Union(right.Keys).Where(key => left.GetValueOrDefault(key) != right.GetValueOrDefault(key)).Select(key =>
            $"{key}: {left.GetValueOrDefault(key).Text ?? "missing"} at {one.Name}, {right.GetValueOrDefault(key).Text ?? "missing"} at {other.Name}\n{Log(one, key)}\n{Log(other, key)}"));
    }

    /// <summary>What happened to a row at a node, as far as it is known there.</summary>
    private static string Log(ChainNode node, (string Table, Guid Id) row) =>
        $"{node.Name}: deleted {node.Store.Writer.Scalar($"SELECT _deleted FROM \"{row.Table}\" WHERE id = '{row.Id}'") ?? "never"}\n"
        + node.Store.Writer.Scalar($"SELECT GROUP_CONCAT(json, char(10)) FROM (SELECT json FROM _log WHERE row = '{row.Id}' ORDER BY seq)");

    private bool Sees(ChainNode node, RowWrite write) => HoldsScope(node, $"branch:{write.Fields["branch_id"].AsText}");

    // A person's own rows go up only.
    private bool HoldsScope(ChainNode node, string scope) => !scope.StartsWith("user:", StringComparison.Ordinal)
        && (scope == "everyone" || _tills.First(till => till.Node == node).Till.Person.Scopes.Contains(scope));

    private static Dictionary<(string Table, Guid Id), (string Scope, string Text)> Rows(ChainNode node)
    {
        var rows = new Dictionary<(string Table, Guid Id), (string, string)>();
        foreach (var layout in node.Store.Layouts.Values)
        {
            using var statement = node.Store.Writer.PrepareOnce($"{layout.SelectAll} WHERE _deleted IS NULL");
            while (statement.Step())
            {
                var row = RowSql.ReadImage(statement, layout);
                var fields = row.Fields.Where(field => !field.Value.IsNull).OrderBy(field => field.Key, StringComparer.Ordinal);
                rows[(layout.Table.Name, row.Id)] = (
                    RowScope.Of(layout.Table, row.Fields), string.Join(", ", fields.Select(field => string.Create(CultureInfo.InvariantCulture, $"{field.Key}={field.Value}"))));
            }
        }

        return rows;
    }
}
