using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Branchline.Server;

namespace Branchline.Cli;

/// <summary><c>branchline sync export</c> and <c>import</c>: the line between a branch and head office as a file, for a site that has none.</summary>
internal static class FileVerbs
{
    private static readonly Argument<FileInfo> Target = new("file") { Description = "Where to write it." };

    private static readonly Argument<FileInfo> Source = new("file") { Description = "What `sync export` wrote on the other side." };

    private static readonly Option<string?> Branch = new("--branch") { Description = "At head office: write the answer to this branch's last file.", HelpName = "NAME" };

    private static readonly Option<string?> Master = new("--master") { Description = "The master's name, where there are several; see `sync status`.", HelpName = "NAME" };

    private static readonly Option<FileInfo?> Answer = new("--answer") { Description = "At head office: write the answer here at once.", HelpName = "FILE" };

    private static readonly Option<bool> Force = new("--force") { Description = "Without a backup where none can be made." };

    public static Command Export()
    {
        var export = new Command("export", "Write what waits for head office to a file, or at head office the answer for a branch.") { Target, Branch, Master };
        export.SetAction(async (parsed, cancellationToken) =>
        {
            using var node = ControlClient.Open(parsed);
            await WriteAsync(node, parsed.GetRequiredValue(Target), (parsed.GetValue(Branch), parsed.GetValue(Master)), cancellationToken);
            return 0;
        });
        return export;
    }

    public static Command Import()
    {
        var import = new Command("import", "Take over a file from the other side. Twice changes nothing.") { Source, Answer, Force };
        import.SetAction(ImportAsync);
        return import;
    }

    private static async Task<int> ImportAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var node = ControlClient.Open(parsed);
        var taken = await SendAsync(node, parsed.GetRequiredValue(Source), parsed.GetValue(Force), cancellationToken);
        var isUp = CaseAnswers.Text(taken, "kind") == "up";
        Console.WriteLine(
            $"{(isUp ? "From" : "Answer of")} {CaseAnswers.Text(taken, "node")}: {CaseAnswers.Text(taken, "applied")} applied, {CaseAnswers.Text(taken, "merged")} merged otherwise, "
            + $"{CaseAnswers.Text(taken, "refused")} refused"
            + (isUp ? $", {CaseAnswers.Text(taken, "offered")} rows offered" : $"; {CaseAnswers.Text(taken, "changes")} changes and {CaseAnswers.Text(taken, "rows")} rows taken over"));
        if (parsed.GetValue(Answer) is { } answer)
        {
            _ = isUp ? 0 : throw new StartRefusedException("That was an answer; only what a branch exported is answered.");
            await WriteAsync(node, answer, (CaseAnswers.Text(taken, "node"), null), cancellationToken);
        }
        else if (CaseAnswers.Text(taken, "next") is { Length: > 0 } next)
        {
            Console.WriteLine(next);
        }

        return 0;
    }

    private static async Task WriteAsync(ControlClient node, FileInfo file, (string? Branch, string? Master) whom, CancellationToken cancellationToken)
    {
        var told = await node.SaveAsync("api/sync/export" + CaseAnswers.Query(("branch", whom.Branch), ("master", whom.Master)), file.FullName, cancellationToken);
        Console.WriteLine($"{file.FullName}: {told["Branchline-Mutations"]} mutations, {told["Branchline-Changes"]} changes");
        if (told["Branchline-More"] == "true")
        {
            Console.WriteLine("There is more than fits into one file: once this one was answered and taken over, export another.");
        }
    }

    private static async Task<JsonElement> SendAsync(ControlClient node, FileInfo file, bool isForced, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = file.OpenRead();
            using var content = new StreamContent(stream);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            return await node.SendAsync(HttpMethod.Post, "api/sync/import" + CaseAnswers.Query(("force", isForced ? "true" : null)), content, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"{file.FullName} cannot be read: {failure.Message}", failure);
        }
    }
}
