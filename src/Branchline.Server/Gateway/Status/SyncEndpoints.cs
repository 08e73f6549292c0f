using System.Collections.Immutable;
using Branchline.Protocol;
using Branchline.Server.Gateway.Sync;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Replication;
using Branchline.Server.Store.Backups;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Status;

/// <summary><c>/api/sync/status</c>, <c>join</c>, <c>run</c>, <c>reset</c>, <c>lanes</c>: how it stands with masters and branches, and what an administrator may do about it.</summary>
internal sealed class SyncEndpoints(Masters masters, RoundBook book, Follower follower, Upward upward, Joining joining, SyncStatus status, Store.Backups.Backups backups)
{
    public async Task<IResult> StatusAsync(CancellationToken cancellationToken) =>
        TypedResults.Json(await status.ReadAsync(cancellationToken), SyncStatusJson.Default.SyncStatusReply);

    public async Task<IResult> JoinAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (wish, problem) = await SyncBody.ReadAsync(context.Request, SyncStatusJson.Default.JoinWish);
        if (problem is not null)
        {
            return problem;
        }

        try
        {
            await joining.JoinAsync(wish!.Token, wish.MasterUrl, (wish.Sealed, wish.Force), cancellationToken);
            return await StatusAsync(cancellationToken);
        }
        catch (JoinRefusedException refusal)
        {
            return Problems.For(refusal.Code is MasterException.Unreachable or MasterException.Untrusted ? ErrorCodes.MasterUnreachable : refusal.Code, refusal.Message);
        }
    }

    /// <summary>A round with each master now, or with one.</summary>
    public async Task<IResult> RunAsync(string? master, bool? force, CancellationToken cancellationToken)
    {
        if (Choose(master) is not [_, ..] chosen)
        {
            return NoMaster(master);
        }

        var reports = new List<RoundReply>();
        foreach (var one in chosen)
        {
            reports.Add(SyncStatus.Reply(await follower.RunAsync(one.Name, force == true, cancellationToken)));
        }

        return TypedResults.Json<IReadOnlyList<RoundReply>>(reports, SyncStatusJson.Default.IReadOnlyListRoundReply);
    }

    /// <summary>What would go up now, by lane, table and kind, and what the master would say to it. Nothing is written on either side.</summary>
    public async Task<IResult> RehearseAsync(string? master, CancellationToken cancellationToken)
    {
        if (Choose(master) is not [var one, ..])
        {
            return NoMaster(master);
        }

        try
        {
            var lines = new List<DryRunLine>();
            foreach (var lane in Lanes.InOrder)
            {
                var tried = await upward.RehearseAsync(one, lane, cancellationToken);
                lines.AddRange(
                    from trial in tried
                    from write in trial.Entry.Forwarded.Mutation.Writes
                    group trial by (write.Table, write.Kind, Outcome: Word(trial.Outcome)) into alike
                    orderby alike.Key.Table, alike.Key.Kind
                    select new DryRunLine(lane, alike.Key.Table, alike.Key.Kind.ToString().ToLowerInvariant(), alike.Key.Outcome, alike.Count()));
            }

            // Rows are judged when they are offered, and by nobody before.
            var pending = one.TakesRows ? (await book.ReadAsync(cancellationToken)).First(status => status.Name == one.Name).Pending : new Dictionary<string, Store.Sqlite.UpCount>();
            lines.AddRange(pending.Where(lane => lane.Value.Waiting > 0).Select(lane => new DryRunLine(lane.Key, "*", "row", "not tried", (int)lane.Value.Waiting)));
            return TypedResults.Json(new DryRunReply(one.Name, lines), SyncStatusJson.Default.DryRunReply);
        }
        catch (MasterException failure)
        {
            return Problems.For(ErrorCodes.MasterUnreachable, failure.Message);
        }
    }

    /// <summary>Uploads what waits, then loads every row anew. What could not be sent stays.</summary>
    public async Task<IResult> ResetAsync(string? master, bool? force, CancellationToken cancellationToken)
    {
        if (Choose(master) is not [_, ..] chosen)
        {
            return NoMaster(master);
        }

        if (await KeepAsync(force == true, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        foreach (var one in chosen)
        {
            await follower.RunAsync(one.Name, cancellationToken);
            await follower.ChangeAsync(one.Name, state => state.Anew(), cancellationToken);
        }

        return await RunAsync(master, force, cancellationToken);
    }

    private async Task<Problem?> KeepAsync(bool isForced, CancellationToken cancellationToken)
    {
        try
        {
            await backups.TakeAsync(BackupReasons.Reset, cancellationToken);
            return null;
        }
        catch (BackupFailedException failure)
        {
            return isForced ? null : Problems.For(ErrorCodes.BackupFailed, failure.Message, "Make room, or say --force to do it without a backup");
        }
    }

    /// <summary>Follows a master no longer. Refused while something waits for it, unless <paramref name="force"/> gives that up.</summary>
    public async Task<IResult> LeaveAsync(string name, bool? force, CancellationToken cancellationToken)
    {
        if (masters.Find(name) is null)
        {
            return NoMaster(name);
        }

        var waiting = (await book.ReadAsync(cancellationToken)).Where(one => one.Name == name).Sum(one => one.Pending.Values.Sum(lane => lane.Waiting + lane.Held));
        if (waiting > 0 && force != true)
        {
            return Problems.For(ErrorCodes.NotEmpty, $"{waiting} mutations wait for {name}; they would be given up.", "Send them first: branchline sync run. Or say --force.");
        }

        await follower.LeaveAsync(name, cancellationToken);
        return await StatusAsync(cancellationToken);
    }

    /// <summary>Pauses a lane, or lets it go on.</summary>
    public async Task<IResult> PauseAsync(string lane, bool pause, string? master, CancellationToken cancellationToken)
    {
        if (Choose(master) is not [_, ..] chosen)
        {
            return NoMaster(master);
        }

        if (!Lanes.InOrder.Contains(lane))
        {
            return Problems.ForField(ErrorCodes.NotFound, "lane", $"There is no lane {lane}", $"The lanes are {string.Join(", ", Lanes.InOrder)}");
        }

        foreach (var one in chosen)
        {
            await follower.ChangeAsync(one.Name, state => state with { Paused = pause ? [.. state.Paused.Remove(lane), lane] : state.Paused.Remove(lane) }, cancellationToken);
        }

        return await StatusAsync(cancellationToken);
    }

    /// <summary>All of them, or the one of that name; none when there is none.</summary>
    private ImmutableArray<MasterState> Choose(string? name) => name is null ? masters.All : masters.Find(name) is { } one ? [one] : [];

    private static Problem NoMaster(string? name) =>
        Problems.For(ErrorCodes.NotFound, name is null ? "This node follows no master." : $"This node follows no master {name}.", "Join one: branchline join TOKEN --master-url URL");

    private static string Word(MutationOutcome outcome) => outcome switch
    {
        MutationOutcome.Rejected rejected => $"rejected: {rejected.Code}",
        MutationOutcome.Merged merged => $"merged: {string.Join(", ", merged.KeptFields)} kept",
        MutationOutcome.AlreadyApplied => "already applied",
        _ => "applied",
    };
}
