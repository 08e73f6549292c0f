using System.Collections.Concurrent;
using System.Collections.Immutable;
using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Replication;

/// <summary>How it stands with a master: what system C calls its status, and more.</summary>
internal sealed record MasterStatus(string Name, string Url, string Status, DateTimeOffset? LastSyncedAt, string? LastError, int RetryCount, IReadOnlyDictionary<string, UpCount> Pending)
{
    /// <summary>How far the master's log was read.</summary>
    public long Known { get; init; }

    /// <summary>Lanes that somebody paused.</summary>
    public ImmutableArray<string> Paused { get; init; } = [];
}

/// <summary>What went wrong in the last round, by lane, and how many in a row failed.</summary>
internal sealed record LatestRound(IReadOnlyDictionary<string, string> Errors, int Failures)
{
    /// <summary>No round has run.</summary>
    public static LatestRound None { get; } = new(new Dictionary<string, string>(), 0);
}

/// <summary>The last rounds with each master.</summary>
internal sealed class RoundBook(Masters masters, SqliteStore store)
{
    private const int MostRounds = 200;

    private readonly ConcurrentDictionary<string, Kept> _byMaster = new(StringComparer.Ordinal);

    /// <summary>Raised after each round.</summary>
    public event Action? Changed;

    public void Add(RoundReport report)
    {
        var kept = _byMaster.GetOrAdd(report.Master, _ => new Kept());
        kept.Add(report);
        Changed?.Invoke();
    }

    /// <summary>Takes up what was written down when the node ran before, of the masters that it still follows.</summary>
    public void Recall(IEnumerable<StoredRounds> stored)
    {
        foreach (var one in stored.Where(one => masters.Find(one.Master) is not null))
        {
            _byMaster.GetOrAdd(one.Master, _ => new Kept()).Recall(one);
        }
    }

    /// <summary>To be written down.</summary>
    public List<StoredRounds> Store() => [.. _byMaster.Where(one => masters.Find(one.Key) is not null).Select(one => one.Value.Store(one.Key))];

    public void Failed(string master, string error, DateTimeOffset at)
    {
        var report = new RoundReport("-", master, at);
        report.Errors["node"] = error;
        Add(report);
    }

    /// <summary>The last rounds that did something or failed, newest first.</summary>
    public IReadOnlyList<RoundReport> Rounds(string master) => _byMaster.TryGetValue(master, out var kept) ? kept.Rounds : [];

    /// <summary>How the last round went, also one that did nothing.</summary>
    public LatestRound Latest(string master) => _byMaster.TryGetValue(master, out var kept) ? kept.Latest : LatestRound.None;

    public async Task<IReadOnlyList<MasterStatus>> ReadAsync(CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        return [.. masters.All.Select(master => Of(lease.Database, master))];
    }

    private MasterStatus Of(Database database, MasterState master)
    {
        var kept = _byMaster.GetValueOrDefault(master.Name);
        var status = kept is null ? "never" : kept.Retries > 0 ? "failed" : "success";
        return new MasterStatus(master.Name, master.Url, status, kept?.LastSyncedAt, kept?.LastError, kept?.Retries ?? 0, UpTable.Count(database, master.Name))
        {
            Known = master.Known,
            Paused = master.Paused,
        };
    }

    private sealed class Kept
    {
        private readonly Lock _lock = new();
        private readonly LinkedList<RoundReport> _rounds = new();

        public DateTimeOffset? LastSyncedAt { get; private set; }

        public string? LastError { get; private set; }

        public int Retries { get; private set; }

        public LatestRound Latest { get; private set; } = LatestRound.None;

        public IReadOnlyList<RoundReport> Rounds
        {
            get
            {
                lock (_lock)
                {
                    return [.. _rounds];
                }
            }
        }

        public void Recall(StoredRounds stored)
        {
            lock (_lock)
            {
                (LastSyncedAt, LastError, Retries) = (stored.LastSyncedAt, stored.LastError, stored.Retries);
                stored.Rounds.ForEach(round => _rounds.AddLast(RoundReport.Of(stored.Master, round)));
                Latest = new LatestRound(Retries > 0 && _rounds.First is { Value: var last } ? new Dictionary<string, string>(last.Errors) : LatestRound.None.Errors, Retries);
            }
        }

        public StoredRounds Store(string master)
        {
            lock (_lock)
            {
                return new StoredRounds(master, LastSyncedAt, LastError, Retries, [.. _rounds.Select(round => round.Store())]);
            }
        }

        public void Add(RoundReport report)
        {
            lock (_lock)
            {
                var isFine = report.Errors.Count == 0;
                Retries = isFine ? 0 : Retries + 1;
                Latest = new LatestRound(new Dictionary<string, string>(report.Errors), Retries);
                LastError = isFine ? null : string.Join("; ", report.Errors.Values);
                LastSyncedAt = isFine ? report.StartedAt + report.Took : LastSyncedAt;
                if (!report.IsQuiet)
                {
                    _rounds.AddFirst(report);
                }

                if (_rounds.Count > MostRounds)
                {
                    _rounds.RemoveLast();
                }
            }
        }
    }
}
