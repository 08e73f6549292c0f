using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations;

/// <summary>
/// Numbers and first answers of every device. Written by the commit loop only, inside its transaction;
/// what was touched since the last commit is forgotten on rollback.
/// </summary>
internal sealed class OutcomeBook(SqliteStore store, TimeProvider time)
{
    private const int MostDevices = 50_000;
    private readonly DeviceTable _table = new(store);
    private readonly Dictionary<DeviceId, DeviceState> _devices = [];
    private readonly Dictionary<DeviceId, string> _touched = [];

    public DeviceState Device(DeviceId device)
    {
        if (!_devices.TryGetValue(device, out var state))
        {
            if (_devices.Count >= MostDevices && _touched.Count == 0)
            {
                _devices.Clear();
            }

            state = _table.Find(device) ?? new DeviceState(device, 0, null, null);
            _devices[device] = state;
        }

        return state;
    }

    public void Change(DeviceState state, Writer writer)
    {
        _devices[state.Device] = state;
        _touched[state.Device] = writer.UserId;
    }

    public KnownMutation? FindByNumber(DeviceId device, long number) => _table.FindByNumber(device, number);

    public KnownMutation? FindById(Guid id) => _table.FindById(id);

    /// <summary>What to go back to when the device's mutations are taken back.</summary>
    public DeviceMark Mark(DeviceId device) => new(Device(device), _touched.GetValueOrDefault(device));

    public void Restore(DeviceMark mark)
    {
        _devices[mark.State.Device] = mark.State;
        if (mark.TouchedBy is { } user)
        {
            _touched[mark.State.Device] = user;
            return;
        }

        _touched.Remove(mark.State.Device);
    }

    public void Save(DeviceId device, MutationOutcome outcome, string? digest, string userId)
    {
        var seq = outcome switch
        {
            MutationOutcome.Applied applied => applied.Seq,
            MutationOutcome.AlreadyApplied already => already.Seq,
            MutationOutcome.Merged merged => merged.Seq,
            _ => 0,
        };
        var words = outcome is MutationOutcome.Applied { Restamped: null }
            ? null
            : JsonSerializer.Serialize(outcome, ProtocolJson.Default.MutationOutcome);
        _table.SaveOutcome(device, outcome.N, new KnownMutation(outcome.Id, seq, words, digest), userId);
    }

    /// <summary>The first answer, in the same words.</summary>
    public static MutationOutcome Recall(KnownMutation known, long number) =>
        known.Outcome is { } words
            ? JsonSerializer.Deserialize(words, ProtocolJson.Default.MutationOutcome)! with { N = number }
            : new MutationOutcome.Applied(known.Seq) { N = number, Id = known.Id };

    /// <summary>Writes every device touched since the last commit, once each.</summary>
    public void Flush()
    {
        var now = TimestampConverter.Format(time.GetUtcNow());
        foreach (var (device, user) in _touched)
        {
            _table.Save(_devices[device], user, now);
        }
    }

    public void Committed() => _touched.Clear();

    public void RolledBack()
    {
        foreach (var device in _touched.Keys)
        {
            _devices.Remove(device);
        }

        _touched.Clear();
    }
}

/// <summary>A device's numbers at a moment inside a transaction, and who touched them since the last commit.</summary>
internal readonly record struct DeviceMark(DeviceState State, string? TouchedBy);
