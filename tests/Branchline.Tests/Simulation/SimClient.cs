using Branchline.Client;
using Branchline.Client.Live;
using Branchline.Client.Outgoing;
using Branchline.Client.Replica;
using Branchline.Client.Store;
using Branchline.Protocol;
using Branchline.Sqlite;

namespace Branchline.Tests.Simulation;

/// <summary>
/// The .NET client itself, without the loop that paces it: its file, outbox, replica, rounds over HTTP. It moves only when the world has it
/// move, and the world waits until it has asked the next thing or its round is over; so its threads never run beside anything else, and a
/// seed gives the same run.
/// </summary>
internal sealed class SimClient : ISimDevice, IDisposable
{
    private readonly World _world;
    private readonly SimLine _line;
    private readonly SimPerson _person;
    private readonly string _file;
    private readonly string _series;
    private readonly SeededIds _ids;
    private readonly List<Guid> _made = [];
    private readonly HashSet<Guid> _waiting = [];
    private Running _running;
    private Task<(RoundEnd End, string? Code)>? _round;
    private Task<SimRequest>? _asked;
    private Dictionary<string, Dictionary<(string Table, Guid Id), Fields>>? _base;
    private int _life;

    public SimClient(World world, SimLine line, SimPerson person, string file)
    {
        (_world, _line, _person, _file) = (world, line, person, file);
        Clock = new WallClock(world);
        _ids = new SeededIds(world, Clock);
        _series = Path.GetFileNameWithoutExtension(file);
        _running = new Running(file, Clock, _ids);
    }

    /// <summary>Told of each mutation that the node took.</summary>
    public required Action<Guid> OnAcknowledged { get; init; }

    /// <summary>Where copies go.</summary>
    public required SimFiles Files { get; init; }

    public string Name => $"{_series} {_running.Outbox.Device.Id.Value}";

    public SimPerson Person => _person;

    public SimLine Line => _line;

    public WallClock Clock { get; }

    public int Waiting => _running.Outbox.Waiting.Count;

    public bool IsIdle => _running.Outbox.Open.Count == 0;

    public IReadOnlyDictionary<string, Dictionary<(string Table, Guid Id), Fields>> Base => _base ??= Read(ReadBase);

    public IReadOnlyList<(Mutation Mutation, string Code)> Tray =>
        [.. Read(TrayTable.Load).Select(rejected => (rejected.Mutation, rejected.Code))];

    public IEnumerable<Guid> LastMade => _made.TakeLast(5);

    public bool Sees(string table, Guid id) => Done(_running.Replica.FindAsync(new RowKey(table, id), CancellationToken.None).AsTask()) is not null;

    public Guid NewId() => _ids.Next();

    public string NextReceipt() => Receipts.Placeholder(_series);

    public Mutation Write(params RowWrite[] writes)
    {
        var series = writes.Any(write => write.Fields.Values.Any(value => value.AsText == NextReceipt()));
        var draft = new DraftContent(writes, series ? new Dictionary<string, long> { [_series] = 0 } : []);
        var saved = Done(_running.Outbox.SaveAsync(draft, null, CancellationToken.None));
        _waiting.Add(saved.Id);
        _made.AddRange(writes.Where(write => write is { Table: "sales", Kind: WriteKind.Insert }).Select(write => write.Id));
        return _running.Outbox.Open.Single(entry => entry.Mutation.Id == saved.Id).Mutation;
    }

    public async ValueTask DoNextAsync()
    {
        if (_round is null)
        {
            _round = Task.Run(() => _running.Round.RunAsync(_running.Stop));
            await GoOnAsync();
        }
    }

    /// <summary>A killed process: what is on its disk is all that is left.</summary>
    public void Crash()
    {
        End();
        _running = new Running(_file, Clock, _ids);
    }

    public ISimDevice Copy()
    {
        var file = Files.NewStore();
        using (var database = Database.Open(_file, readOnly: false))
        using (var into = database.PrepareOnce("VACUUM INTO ?1"))
        {
            into.Bind(1, file).Run();
        }

        return new SimClient(_world, _line, _person, file) { OnAcknowledged = OnAcknowledged, Files = Files };
    }

    public void Dispose() => End();

    private void End()
    {
        _life++;
        _running.Kill();
        if (_round is { } round)
        {
            ((Task)round).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        }

        _running.Dispose();
        (_round, _asked, _base) = (null, null, null);
    }

    /// <summary>Lets the client move until it has asked something or its round is over.</summary>
    private async ValueTask GoOnAsync()
    {
        // One that the round's end has overtaken takes the next round's first question.
        var asked = _asked ??= _running.Requests.NextAsync();
        var isAsking = await Task.WhenAny(asked, _round!) == asked;
        _base = null;
        NoteAnswers();
        if (!isAsking)
        {
            await _round!;
            _round = null;
            return;
        }

        _asked = null;
        var (request, life) = (await asked, _life);
        _line.Ask(
            node => SimApi.ServeAsync(node, request.Question, _person, _world),
            () => life == _life,
            answer =>
            {
                request.Answer(answer);
                return GoOnAsync();
            },
            () =>
            {
                request.Fail();
                return GoOnAsync();
            });
    }

    private void NoteAnswers()
    {
        var open = _running.Outbox.Open.Where(entry => entry.State == OutboxState.Waiting).Select(entry => entry.Mutation.Id).ToHashSet();
        var answered = _waiting.Where(id => !open.Contains(id)).ToList();
        if (answered.Count > 0)
        {
            var refused = Tray.Select(one => one.Mutation.Id).ToHashSet();
            answered.Where(id => !refused.Contains(id)).Order().ToList().ForEach(OnAcknowledged);
        }

        _waiting.Clear();
        _waiting.UnionWith(open);
    }

    private Dictionary<string, Dictionary<(string Table, Guid Id), Fields>> ReadBase(Database database)
    {
        var rows = _running.Replica.Scopes.Values.ToDictionary(
            scope => scope.Name, _ => new Dictionary<(string, Guid), Fields>(), StringComparer.Ordinal);
        var statement = database.Prepare("""
            SELECT s.name, t.name, r.id, r.fields FROM rows r JOIN tables t ON t.no = r.tbl JOIN scopes s ON s.no = r.scope
            """);
        while (statement.Step())
        {
            var id = new Guid(statement.Utf8(2), bigEndian: true);
            rows[statement.Text(0)][(statement.Text(1), id)] = new Fields(FieldsJson.Read(statement.Utf8(3)));
        }

        statement.Reset();
        return rows;
    }

    private T Read<T>(Func<Database, T> read) => Done(_running.Store.ReadAsync(read, CancellationToken.None).AsTask());

    /// <summary>Only the client's own threads move until it is done, so nothing is to be had by waiting otherwise.</summary>
    private static T Done<T>(Task<T> task) => task.GetAwaiter().GetResult();

    /// <summary>The client from its start to its end.</summary>
    private sealed class Running : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly NodeClient _node;

        public Running(string file, TimeProvider time, SeededIds ids)
        {
            // A snapshot comes in one piece: of two, the next would be on its way while the first is written.
            var options = new ClientOptions
            {
                Time = time,
                NewId = _ => ids.Next(),
                Handler = Requests,
                RequestWithin = Timeout.InfiniteTimeSpan,
                UseSocket = false,
                UseReadyFile = false,
                SentKept = int.MaxValue,
            };
            var clock = new Clock(time);
            Store = StoreFile.Open(file);
            (Replica, Outbox) = Store.Load(database => BranchlineClient.OpenDevice(database, Store, clock, options));
            _node = new NodeClient(new Uri("http://node/"), Credentials.Token("token"), options);
            var reader = new FeedReader(Store, Replica, Outbox, _node, (clock, options));
            Round = new HttpRound(Outbox, new OutboxFlush(Outbox, clock, time), reader, _node);
        }

        public SimRequests Requests { get; } = new();

        public StoreFile Store { get; }

        public LocalReplica Replica { get; }

        public Outbox Outbox { get; }

        public HttpRound Round { get; }

        public CancellationToken Stop => _stop.Token;

        public void Kill() => _stop.Cancel();

        public void Dispose()
        {
            _node.Dispose();
            Store.DisposeAsync().AsTask().Wait();
            _stop.Dispose();
        }
    }
}
