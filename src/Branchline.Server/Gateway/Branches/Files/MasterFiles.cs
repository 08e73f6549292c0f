using Branchline.Protocol;
using Branchline.Server.Access.Links;
using Branchline.Server.Feed.Branches;
using Branchline.Server.Mutations.Branches;
using Branchline.Server.Replication;
using Branchline.Server.Replication.Files;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Branches.Files;

/// <summary>What a branch's file did at its master. <paramref name="Outcomes"/> are in order; fewer than mutations when the node failed on one.</summary>
internal sealed record FileReceived(IReadOnlyList<MutationOutcome> Outcomes, int Offered, bool IsComplete);

/// <summary>
/// A master's side of the line as a file. A branch's file is applied like its pushes and kept; the answer is made from what was kept, whenever it is asked
/// for: mutations are known by their ids, so their outcomes are told again, and pages are read from the branch's places to the end.
/// </summary>
internal sealed class MasterFiles(
    BranchLinks links, BranchAnswers answers, BranchFeed feed, FileSpool spool, IOptions<ReplicationOptions> options, IdSource ids, TimeProvider time) : IDisposable
{
    // One file at a time: what is kept is read while it is answered.
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Applies a branch's file, once it is known to be whole, and keeps it. Throws <see cref="BatchFileException"/>.</summary>
    public async Task<FileReceived> ImportAsync(BranchLink link, BatchFileReader file, FileStream stream, CancellationToken cancellationToken)
    {
        links.Saw(link, file.Key);
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var received = await ApplyAsync(link, file, cancellationToken);
            if (await IsNewerAsync(link, file, cancellationToken))
            {
                await spool.KeepAsync(link.Id, stream, cancellationToken);
            }

            return received;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Writes the answer to the branch's last file; null when there was none. Throws <see cref="BatchFileException"/>.</summary>
    public async Task<FileEnd?> ExportAsync(BranchLink link, Stream stream, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (spool.Find(link.Id) is not { } kept)
            {
                return null;
            }

            await using (kept)
            {
                var file = await OpenAsync(link, kept, cancellationToken);
                var head = new FileHead(FileHead.CurrentFormat, FileKind.Answer, link.Id, ids.Next().ToString("N"), file.Head.Sealed, time.GetUtcNow(), feed.Epoch) { Answers = file.Head };
                var answer = await BatchFileWriter.BeginAsync(stream, file.Key, head, cancellationToken);

                // A branch that knows a life before this one takes nothing but that.
                var isOfThisLife = file.Head.Epoch is null || file.Head.Epoch == feed.Epoch;
                var more = isOfThisLife && await AnswerAsync(link, file, answer, cancellationToken);
                return await answer.EndAsync(more, cancellationToken);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<FileReceived> ApplyAsync(BranchLink link, BatchFileReader file, CancellationToken cancellationToken)
    {
        var (outcomes, offered, isComplete) = (new List<MutationOutcome>(), 0, true);
        await foreach (var block in file.ReadAsync(cancellationToken))
        {
            if (block.States is { } states)
            {
                _ = Require(await answers.StatesAsync(states, link, cancellationToken));
                offered += states.Changes.Count;
            }
            else if (block.Push is { } push)
            {
                var told = Require(await answers.PushAsync(push.Request, link, cancellationToken)).Outcomes;
                isComplete &= told.Count == push.Places.Count;
                outcomes.AddRange(told);
            }
        }

        return new FileReceived(outcomes, offered, isComplete);
    }

    /// <summary>Whether there is more than fits.</summary>
    private async Task<bool> AnswerAsync(BranchLink link, BatchFileReader file, BatchFileWriter answer, CancellationToken cancellationToken)
    {
        var questions = new List<FileQuestion>();
        await foreach (var block in file.ReadAsync(cancellationToken))
        {
            if (block.Push is { } push)
            {
                await answer.WriteAsync(new FileBlock { Outcomes = await TellAsync(link, push, cancellationToken) }, cancellationToken);
            }
            else if (block.Question is { } question)
            {
                questions.Add(question);
            }
        }

        foreach (var question in questions)
        {
            if (await ReadAsync(link, question, answer, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<IReadOnlyList<FileOutcome>> TellAsync(BranchLink link, FilePush push, CancellationToken cancellationToken)
    {
        var told = Require(await answers.PushAsync(push.Request, link, cancellationToken)).Outcomes;
        var (outcomes, scopes) = (new List<FileOutcome>(told.Count), await answers.ScopesAsync(link, cancellationToken));
        foreach (var (index, outcome) in told.Index())
        {
            var mutation = push.Request.Mutations[index].Mutation;
            var written = Upward.IsOtherwise(outcome) ? MutationRows.Written(mutation).Distinct() : [];
            var rows = written.GroupBy(row => row.Table).ToDictionary(group => group.Key, IReadOnlyList<Guid> (group) => [.. group.Select(row => row.Row)]);
            outcomes.Add(new FileOutcome(push.Places[index], mutation.Id, outcome) { Rows = await feed.ReadAsync(rows, scopes, cancellationToken) });
        }

        return outcomes;
    }

    /// <summary>A lane's pages from the branch's places on, as the branch would ask for them one after the other; whether the file was full before the end.</summary>
    private async Task<bool> ReadAsync(BranchLink link, FileQuestion question, BatchFileWriter answer, CancellationToken cancellationToken)
    {
        var places = new Dictionary<string, BranchPlace>(question.Request.Places, StringComparer.Ordinal);
        for (var isLast = false; !isLast;)
        {
            if (answer.Bytes > options.Value.FileBytes / 2)
            {
                return true;
            }

            var asked = places.ToDictionary(StringComparer.Ordinal);
            var reply = Require(await answers.PullAsync(question.Request with { Places = asked }, link, cancellationToken));
            isLast = !Advance(places, reply);
            await answer.WriteAsync(new FileBlock { Pages = new FilePages(question.Lane, asked, reply, isLast) }, cancellationToken);
        }

        return false;
    }

    /// <summary>Where the branch will be once it took the answer; whether there is more.</summary>
    private static bool Advance(Dictionary<string, BranchPlace> places, BranchPullReply reply)
    {
        var more = false;
        foreach (var page in reply.Pages)
        {
            more |= page.More || page.Reset is not null;
            if (page.Revoked == true)
            {
                places.Remove(page.Scope);
            }
            else
            {
                places[page.Scope] = page.Reset is null ? page.To! : new BranchPlace();
            }
        }

        foreach (var scope in reply.Scopes.Where(scope => !places.ContainsKey(scope)))
        {
            more = true;
            places[scope] = new BranchPlace();
        }

        return more;
    }

    private async Task<bool> IsNewerAsync(BranchLink link, BatchFileReader file, CancellationToken cancellationToken)
    {
        if (spool.Find(link.Id) is not { } stream)
        {
            return true;
        }

        await using (stream)
        {
            var kept = (await BatchFileReader.OpenAsync(stream, cancellationToken)).Head;
            return kept.OwnEpoch == file.Head.OwnEpoch ? file.Head.Number >= kept.Number : file.Head.At >= kept.At;
        }
    }

    private static async Task<BatchFileReader> OpenAsync(BranchLink link, FileStream kept, CancellationToken cancellationToken)
    {
        var file = await BatchFileReader.OpenAsync(kept, cancellationToken);
        try
        {
            await file.VerifyAsync([link.Key, link.PreviousKey], cancellationToken);
            return file;
        }
        catch (BatchFileException failure)
        {
            throw new BatchFileException(
                ErrorCodes.FileOutdated, $"The last file of {link.Name} was signed with a key that counts no longer", "Export there anew, and import that: branchline sync export FILE", failure);
        }
    }

    // Every block is signed by a branch that may ask this; one that asks otherwise than it may is of another version.
    private static T Require<T>(Answered<T> answered)
        where T : class =>
        answered.Value ?? throw new BatchFileException(ErrorCodes.FileInvalid, answered.Problem!.Detail, answered.Problem.Remedy ?? "Bring both sides to the same version");
}
