using System.Collections.Concurrent;
using System.Globalization;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Replication;

namespace Branchline.Bench.Chain;

/// <summary>A branch that speaks to the master as one does, with signatures and all, but keeps nothing of what it reads.</summary>
internal sealed class SimulatedBranch(MasterLine line, BusinessSchema schema, CrowdClock clock)
{
    private const int Page = 2000;
    private static readonly IdSource Ids = new(TimeProvider.System);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Sale = TimeSpan.FromSeconds(2);
    private readonly Lanes _lanes = new(schema);
    private MasterState _master = new("office", "", "", "");
    private DeviceId _device;
    private Guid _branch;
    private long _n;

    /// <summary>The rows the master has said it has.</summary>
    public ConcurrentBag<Guid> Acknowledged { get; } = [];

    public async Task JoinAsync(Uri office, BranchInvitation invitation)
    {
        var token = invitation.Token.Split('.');
        var joined = await line.JoinAsync(office.ToString(), (token[0], token[1]), CancellationToken.None);
        _master = new MasterState("office", office.ToString(), joined.Link, joined.Key) { Epoch = joined.Epoch, Scopes = [.. joined.Scopes] };
        (_device, _branch) = (new DeviceId("till-" + joined.Link), invitation.Branch);
        await PullAsync(CancellationToken.None);
    }

    /// <summary>Holds a question for news open, and reads what there is when it is answered.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        for (var told = _master.Known; !cancellationToken.IsCancellationRequested;)
        {
            var head = await line.WaitAsync(_master, told, cancellationToken);
            if (head.Seq > told)
            {
                told = head.Seq;
                await PullAsync(cancellationToken);
            }
        }
    }

    /// <summary>Sends up a row every two seconds, beginning at some moment of its own.</summary>
    public async Task SellAsync(double beginning, CancellationToken cancellationToken)
    {
        await Task.Delay(Sale * beginning, TimeProvider.System, cancellationToken);
        while (!cancellationToken.IsCancellationRequested)
        {
            var row = Ids.Next();
            var fields = new Dictionary<string, FieldValue> { ["name"] = FieldValue.Of("Client"), ["branch_id"] = FieldValue.Of(_branch.ToString()), ["city"] = FieldValue.Of("Berlin") };
            var mutation = new Mutation(
                _device, ++_n, Ids.Next(), new Stamp(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 0, _device), null, [new RowWrite("clients", row, WriteKind.Insert, fields)]);

            // Once it is sent it is waited for: what was acknowledged is counted.
            var reply = await line.PushAsync(_master, new BranchPushRequest([new ForwardedMutation(mutation, "bench", "manager")]), Timeout, CancellationToken.None);
            _ = reply.Outcomes is [MutationOutcome.Applied] ? 0 : throw new InvalidOperationException($"A row was answered {string.Join(", ", reply.Outcomes)}");
            Acknowledged.Add(row);
            await Task.Delay(Sale, TimeProvider.System, cancellationToken);
        }
    }

    private async Task PullAsync(CancellationToken cancellationToken)
    {
        foreach (var lane in Lanes.InOrder)
        {
            for (var more = true; more;)
            {
                var places = _master.Scopes.ToDictionary(scope => scope, scope => _master.Place(lane, scope), StringComparer.Ordinal);
                var reply = await line.PullAsync(_master, new BranchPullRequest(_lanes.Tables(lane), places, Page), Timeout, cancellationToken);
                more = false;
                foreach (var page in reply.Pages)
                {
                    Hear(page);
                    _master = _master.With(lane, page.Scope, page.To ?? throw new InvalidOperationException($"The scope {page.Scope} is answered {page.Reset ?? "as not held"}"));
                    more |= page.More;
                }
            }
        }
    }

    private void Hear(BranchPage page)
    {
        foreach (var change in page.Changes)
        {
            if (change.Table == "products" && change.Fields?.GetValueOrDefault("description").AsText is { } text && text.StartsWith(CrowdClock.Word, StringComparison.Ordinal))
            {
                clock.Heard(int.Parse(text.AsSpan(CrowdClock.Word.Length), CultureInfo.InvariantCulture));
            }
        }
    }
}
