using System.Globalization;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Tests.Simulation;

/// <summary>
/// One plan from beginning to end: a calm start, work with troubles, then everything is mended and everybody heard; what must hold is checked
/// all the time and once more, in full, at the end.
/// </summary>
internal sealed class SimRun : IDisposable
{
    private const int CheckEvery = 40;
    private const int LongestHealing = 30 * 60 * 1000;
    private readonly Plan _plan;
    private readonly World _world;
    private readonly SimNode _node;
    private readonly Books _books = new();
    private readonly SimFiles _files = new();
    private readonly Shopkeeping _work;
    private readonly List<ISimDevice> _devices = [];
    private readonly List<SimPerson> _people = [];
    private readonly Guid[] _branches;
    private BusinessSchema _schema = SimShop.First;
    private string? _backup;
    private bool _isHealing;
    private int _events;

    private SimRun(Plan plan)
    {
        (_plan, _world) = (plan, new World(plan.Seed));
        _node = new SimNode(_world, _schema) { Plant = plan.Plant };
        _branches = [Id(), Id()];
        _work = new Shopkeeping(_world, _books, _branches);
        _world.AfterEach = CheckAsync;
    }

    private bool DidRightsChange { get; set; }

    private bool WasRestored { get; set; }

    private bool WasCopied { get; set; }

    private bool AreClocksWild { get; set; }

    /// <summary>
    /// Throws <see cref="BrokenPromiseException"/> when a promise does not hold. What it answers is the same for the same plan, and hardly for any
    /// other run: what happened, the next throw of the dice, what the log says.
    /// </summary>
    public static async Task<string> RunAsync(Plan plan)
    {
        using var run = new SimRun(plan);
        await run.OpenAsync();
        run.Plan(Trouble.NodeCrash, 4000, run.CrashNode);
        run.Plan(Trouble.DeviceCrash, 3000, () => run._world.Pick(run._devices).Crash());
        run.Plan(Trouble.Clone, 15000, run.CopyDevice);
        run.Plan(Trouble.Rights, 8000, run.ChangeRights);
        run.Plan(Trouble.Clocks, 5000, run.SetClock);
        run.Plan(Trouble.Cuts, 4000, () => run.Disturb(line => line.IsCut = true, line => line.IsCut = false));
        run.Plan(Trouble.HalfOpen, 4000, () => run.Disturb(line => line.IsHalfOpen = true, line => line.IsHalfOpen = false));
        run.Plan(Trouble.DiskFull, 8000, run.FillDisk);
        run.Plan(Trouble.Restore, 9000, run.RestoreOrBackUp);
        run.Plan(Trouble.SchemaAdded, 20000, run.AddToSchema);
        await run._world.PassAsync(plan.Seconds * 1000L);
        await run.HealAsync();
        await run.CheckHealedAsync();
        var log = run._node.Store.Writer.Scalar("SELECT GROUP_CONCAT(seq || tbl || json) FROM (SELECT * FROM _log ORDER BY seq)");
        return string.Create(CultureInfo.InvariantCulture, $"{run._events} {run._world.Random.Next()} {log}");
    }

    public void Dispose()
    {
        foreach (var client in _devices.OfType<SimClient>())
        {
            client.Dispose();
        }

        _files.Dispose();
        _node.Dispose();
    }

    private Guid Id() => new SeededIds(_world, TimeProvider.System).Next();

    /// <summary>The branches and the first devices, while nothing goes wrong.</summary>
    private async Task OpenAsync()
    {
        var admin = Person("admin", "admin", 0, 1);
        var office = Run(Model("office", admin, new SimLine(_world, _node)));
        foreach (var branch in _branches)
        {
            _books.Wrote(office.Write(new RowWrite("branches", branch, WriteKind.Insert, new Dictionary<string, FieldValue> { ["name"] = FieldValue.Of("B") })));
        }

        await _world.PassAsync(5000);
        Person("ann", "cashier", 0);
        Person("ben", "cashier", 1);
        Person("mia", "manager", 0, 1);
        for (var number = 0; number < _plan.Devices; number++)
        {
            var line = new SimLine(_world, _node)
            {
                Weather = _plan.Troubles.HasFlag(Trouble.Loss) ? new Weather { Lost = _world.Up(4) * 0.05, Doubled = _world.Up(4) * 0.05, MostDelay = 400 } : new Weather(),
            };
            var person = _people[1 + (number % 3)];
            var device = Run(number < _plan.Clients ? Client(person, line) : Model($"till-{number}", person, line));
            device.Clock.Ahead = _plan.Troubles.HasFlag(Trouble.Clocks) ? _world.Up(200_000) - 100_000 : 0;
            Keep(() => _work.DoSomething(device, _plan.Troubles.HasFlag(Trouble.BadWrites)), 1500);
        }
    }

    private SimPerson Person(string id, string role, params int[] branches)
    {
        var person = new SimPerson(id, role);
        person.Scopes.AddRange(branches.Select(number => $"branch:{_branches[number]}"));
        _people.Add(person);
        return person;
    }

    private SimDevice Model(string name, SimPerson person, SimLine line) =>
        new(_world, line, person, new SimDisk(new DeviceId(name)), _plan.Plant) { OnAcknowledged = _books.Acknowledged };

    private SimClient Client(SimPerson person, SimLine line) =>
        new(_world, line, person, _files.NewStore()) { OnAcknowledged = _books.Acknowledged, Files = _files };

    private ISimDevice Run(ISimDevice device)
    {
        _devices.Add(device);
        async ValueTask NextAsync()
        {
            await device.DoNextAsync();
            _world.In(50 + _world.Up(400), NextAsync);
        }

        _world.In(_world.Up(200), NextAsync);
        return device;
    }

    /// <summary>Again and again until healing begins.</summary>
    private void Keep(Action what, int every) => _world.In(_world.Up(every * 2) + 1, () =>
    {
        if (!_isHealing)
        {
            what();
            Keep(what, every);
        }

        return ValueTask.CompletedTask;
    });

    private void Plan(Trouble trouble, int every, Action what)
    {
        if (_plan.Troubles.HasFlag(trouble))
        {
            Keep(what, every);
        }
    }

    private static Func<ValueTask> Do(Action what) => () =>
    {
        what();
        return ValueTask.CompletedTask;
    };

    private void CrashNode()
    {
        _node.Crash();
        _world.In(100 + _world.Up(4000), Do(StartNode));
    }

    private void StartNode()
    {
        if (!_node.IsUp)
        {
            _node.Start(_schema);
        }
    }

    private void CopyDevice()
    {
        var original = _devices[1 + _world.Up(_devices.Count - 1)];
        WasCopied = true;
        var copy = Run(original.Copy());
        Keep(() => _work.DoSomething(copy, mayBeBad: false), 3000);
    }

    private void ChangeRights()
    {
        var person = _people[1 + _world.Up(_people.Count - 1)];
        DidRightsChange = true;
        var branch = $"branch:{_world.Pick(_branches)}";
        if (!person.Scopes.Remove(branch))
        {
            person.Scopes.Add(branch);
        }
    }

    private void SetClock()
    {
        var ahead = _world.Chance(0.3) ? _world.Up(40 * 60_000) - (20 * 60_000) : _world.Up(200_000) - 100_000;
        AreClocksWild = true;
        if (_world.Chance(0.2))
        {
            _node.Clock.Ahead = _world.Up(60_000) - 30_000;
        }
        else
        {
            _world.Pick(_devices).Clock.Ahead = ahead;
        }
    }

    private void Disturb(Action<SimLine> how, Action<SimLine> back)
    {
        var line = _world.Pick(_devices).Line;
        how(line);
        _world.In(500 + _world.Up(6000), Do(() => back(line)));
    }

    private void FillDisk()
    {
        if (_node.IsUp)
        {
            _node.LimitDisk(_world.Up(3));
            _world.In(1000 + _world.Up(4000), Do(() =>
            {
                if (_node.IsUp)
                {
                    _node.LimitDisk(null);
                }
            }));
        }
    }

    private void RestoreOrBackUp()
    {
        if (_backup is null)
        {
            _backup = _node.BackUp();
            return;
        }

        _node.Crash();
        _node.Restore(_backup);
        (_backup, WasRestored) = (null, true);
        _books.Restored();
        _world.In(100 + _world.Up(2000), Do(StartNode));
    }

    private void AddToSchema()
    {
        _schema = SimShop.Later;
        CrashNode();
    }

    /// <summary>Everything is mended; everybody is given the time to be heard.</summary>
    private async Task HealAsync()
    {
        _isHealing = true;
        StartNode();
        _node.LimitDisk(null);
        foreach (var device in _devices)
        {
            (device.Line.Weather, device.Line.IsCut, device.Line.IsHalfOpen) = (new Weather(), false, false);
            device.Clock.Ahead = 0;
        }

        var until = _world.Now + LongestHealing;
        for (var calm = 0; calm < 3; calm = _devices.TrueForAll(device => device.IsIdle) ? calm + 1 : 0)
        {
            Books.Demand(_world.Now < until, $"after {LongestHealing / 60_000} minutes without trouble these still wait: "
                + string.Join(", ", _devices.Where(device => !device.IsIdle).Select(device => $"{device.Name} ({device.Waiting})")));
            await _world.PassAsync(20_000);
            StartNode();
        }
    }

    private ValueTask CheckAsync()
    {
        if (++_events % CheckEvery == 0)
        {
            _devices.ForEach(Books.CheckDevice);
            if (_node.IsUp)
            {
                _books.CheckNode(_node.Store);
                CheckOwnWrites();
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Whoever wrote a row sees it, from then on, unless it was deleted or is not theirs to see any longer.</summary>
    private void CheckOwnWrites()
    {
        foreach (var device in _devices.Where(_ => !WasRestored && !DidRightsChange))
        {
            foreach (var id in device.LastMade)
            {
                Books.Demand(
                    device.Sees("sales", id) || !_node.Has("sales", id), $"{device.Name} does not see the sale {id} that was made on it");
            }
        }
    }

    private async Task CheckHealedAsync()
    {
        _books.CheckNode(_node.Store);
        _books.CheckHealed(_node.Store, DidRightsChange);
        _books.CheckTrays(_devices.SelectMany(device => device.Tray), DidRightsChange);
        if (!AreClocksWild && !DidRightsChange)
        {
            _books.CheckShelves(_node.Store);
        }

        if (!WasCopied)
        {
            _books.CheckReceipts();
        }

        foreach (var scope in _people.SelectMany(person => person.Scopes).Distinct().ToList())
        {
            var truth = await _node.RowsAsync(scope);
            foreach (var device in _devices.Where(device => device.Person.Scopes.Contains(scope)))
            {
                Replicas.DemandEqual(scope, truth, device);
            }
        }
    }
}
