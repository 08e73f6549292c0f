using System.Globalization;
using Branchline.Protocol;
using Branchline.Server.Access.Links;
using Branchline.Server.Replication;
using Branchline.Server.Replication.Files;
using Branchline.Server.Store.Backups;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Branchline.Server.Gateway.Branches.Files;

/// <summary><c>/api/sync/export</c> and <c>/api/sync/import</c>: the line as a file, for whoever carries it.</summary>
internal sealed class FileEndpoints(Masters masters, BranchLinks links, LinkLines lines, BranchFiles ofBranch, MasterFiles ofMaster, FileSpool spool, Store.Backups.Backups backups, TimeProvider time)
{
    private const string ContentType = "application/octet-stream";

    /// <summary>What waits for the master; with <paramref name="branch"/> the answer to that branch's last file.</summary>
    public async Task<IResult> ExportAsync(HttpContext context, string? branch, string? master, CancellationToken cancellationToken)
    {
        var file = spool.Create();
        try
        {
            var (end, name, problem) = branch is null
                ? await WriteAsync(master, file, cancellationToken)
                : await AnswerAsync(branch, file, cancellationToken);
            if (problem is not null)
            {
                await file.DisposeAsync();
                return problem;
            }

            var headers = context.Response.Headers;
            headers["Branchline-Mutations"] = end!.Mutations.ToString(CultureInfo.InvariantCulture);
            headers["Branchline-Changes"] = end.Changes.ToString(CultureInfo.InvariantCulture);
            headers["Branchline-More"] = end.More ? "true" : "false";
            headers.CacheControl = "no-store, no-transform";
            file.Position = 0;
            return TypedResults.Stream(file, ContentType, $"{name}-{time.GetUtcNow():yyyyMMdd-HHmmss}.batches");
        }
        catch (Exception failure)
        {
            await file.DisposeAsync();
            if (Explain(failure) is { } refusal)
            {
                return refusal;
            }

            throw;
        }
    }

    /// <summary>Takes a file: at a master what a branch exported, at a branch the answer to it.</summary>
    public async Task<IResult> ImportAsync(HttpContext context, bool? force, CancellationToken cancellationToken)
    {
        if (context.Request.ContentType?.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) != true)
        {
            return Problems.For(ErrorCodes.UnsupportedMediaType, "The body is the file as it was exported", $"Send Content-Type: {ContentType}");
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            // The spool has a limit of its own, and says so.
            limit.MaxRequestBodySize = null;
        }

        try
        {
            await using var stream = await spool.TakeAsync(context.Request.Body, cancellationToken);
            var file = await BatchFileReader.OpenAsync(stream, cancellationToken);
            var reply = file.Head.Kind == FileKind.Up ? await TakeAsync(file, stream, force == true, cancellationToken) : await TakeAnswerAsync(file, force == true, cancellationToken);
            return TypedResults.Json(reply, FileReplyJson.Default.FileReply);
        }
        catch (Exception failure) when (Explain(failure) is { } refusal)
        {
            return refusal;
        }
    }

    private async Task<(FileEnd? End, string Name, Problem? Problem)> WriteAsync(string? name, FileStream file, CancellationToken cancellationToken)
    {
        if ((name is null ? masters.All.FirstOrDefault(one => !one.TakesRows) : masters.Find(name)) is not { } found)
        {
            return (null, "", Problems.For(
                ErrorCodes.NotFound, name is null ? "This node follows no master." : $"This node follows no master {name}.",
                "At head office name the branch that the answer is for: --branch NAME. A branch joins first: branchline join TOKEN --master-url URL"));
        }

        if (found.TakesRows)
        {
            return (null, "", Problems.For(ErrorCodes.ParameterInvalid, $"{found.Name} takes rows and no mutations; files go between a branch and the master that has the last word.", "Sync over the line: branchline sync run"));
        }

        return (await ofBranch.ExportAsync(found.Name, file, cancellationToken), found.Name, null);
    }

    private async Task<(FileEnd? End, string Name, Problem? Problem)> AnswerAsync(string name, FileStream file, CancellationToken cancellationToken)
    {
        // The last is the name it was invited under.
        var found = links.Find(name) ?? await lines.FindAsync(name, cancellationToken) ?? links.All.FirstOrDefault(link => !link.IsRemoved && link.Name == name);
        if (found is null)
        {
            return (null, "", Problems.For(ErrorCodes.NotFound, $"No branch {name} follows this node.", "See branchline branch list."));
        }

        return await ofMaster.ExportAsync(found, file, cancellationToken) is { } end
            ? (end, found.Name, null)
            : (null, "", Problems.For(ErrorCodes.NotFound, $"No file of {name} was imported here yet.", "On the branch: branchline sync export FILE; then here: branchline sync import FILE"));
    }

    private async Task<FileReply> TakeAsync(BatchFileReader file, FileStream stream, bool isForced, CancellationToken cancellationToken)
    {
        var head = file.Head;
        if (links.Find(head.Link) is not { } link)
        {
            throw masters.All.Any(one => one.Link == head.Link)
                ? Foreign("This file goes to head office: this node exported it", "Import it there, and here what head office exports as the answer")
                : Foreign($"The file is of a branch that does not follow this node (link {head.Link})", "See branchline branch list");
        }

        await file.VerifyAsync([link.Key, link.PreviousKey], cancellationToken);
        await KeepAsync(isForced, cancellationToken);
        var received = await ofMaster.ImportAsync(link, file, stream, cancellationToken);
        var report = new RoundReport(head.Id, link.Name, head.At);
        report.Count(received.Outcomes);
        return new FileReply(
            "up", link.Name, report.Applied, report.Merged, report.Refused, 0, 0, received.Offered,
            received.IsComplete ? $"Write the answer: branchline sync export FILE --branch \"{link.Name}\"" : "Not all of it was judged: the node failed on a mutation (its log has the cause), or was put back to an older copy since, which its answer then says");
    }

    private async Task<FileReply> TakeAnswerAsync(BatchFileReader file, bool isForced, CancellationToken cancellationToken)
    {
        var head = file.Head;
        if (masters.All.FirstOrDefault(one => one.Link == head.Link) is not { TakesRows: false } found)
        {
            throw links.Find(head.Link) is { } link
                ? Foreign($"This file is the answer for {link.Name}: this node exported it", "Import it there")
                : Foreign($"The file answers another branch (link {head.Link})", "Import it at the branch whose file was answered");
        }

        if (head.Answers is null)
        {
            throw BatchFrame.Changed();
        }

        await file.VerifyAsync([found.Key], cancellationToken);
        ofBranch.Check(found, head);
        await KeepAsync(isForced, cancellationToken);
        var (report, next) = await ofBranch.ImportAsync(found.Name, file, cancellationToken);
        return new FileReply("answer", found.Name, report.Applied, report.Merged, report.Refused, report.Changes, report.Rows, 0, report.Errors.Count > 0 ? string.Join("; ", report.Errors.Values) : next);
    }

    /// <summary>Only what is known to be whole and for this node is worth a backup.</summary>
    private async Task KeepAsync(bool isForced, CancellationToken cancellationToken)
    {
        try
        {
            await backups.TakeAsync(BackupReasons.Import, cancellationToken);
        }
        catch (BackupFailedException) when (isForced)
        {
            // Whoever forces it was told before.
        }
    }

    private static BatchFileException Foreign(string what, string remedy) => new(ErrorCodes.FileForeign, what, remedy);

    // A disk that is full is said as such; what was applied before it stays, and importing again goes on there.
    private static Problem? Explain(Exception failure) => failure switch
    {
        BatchFileException refusal => Problems.For(refusal.Code, refusal.Message + ".", refusal.Remedy),
        BackupFailedException refusal => Problems.For(ErrorCodes.BackupFailed, refusal.Message, "Make room, or say --force to do it without a backup"),
        IOException or UnauthorizedAccessException when failure is not Microsoft.AspNetCore.Http.BadHttpRequestException =>
            Problems.For(ErrorCodes.StoreUnavailable, "The file cannot be kept in the data directory.", "Make room there, then do it again"),
        _ => null,
    };
}
