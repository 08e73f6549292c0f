using System.CommandLine;
using System.Net.Http.Headers;
using Branchline.Server;

namespace Branchline.Cli;

/// <summary><c>branchline journal</c>: what a device could not send, taken from a file into a running node.</summary>
internal static class JournalVerb
{
    private static readonly Argument<FileInfo> File = new("file") { Description = "The journal that a device exported." };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would happen; nothing is written." };

    public static Command Create()
    {
        var import = new Command("import", "Apply a journal's mutations, each once, and lay the rejected ones into the tray.") { File, DryRun, CaseAnswers.AsJson };
        import.SetAction(ImportAsync);
        return new Command("journal", "What a device could not send, in a file.") { ControlClient.Data, ControlClient.Url, import };
    }

    private static async Task<int> ImportAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var isDryRun = parsed.GetValue(DryRun);
        using var body = Read(parsed.GetRequiredValue(File));
        using var node = ControlClient.Open(parsed);
        var answer = await node.SendAsync(HttpMethod.Post, "api/journal" + (isDryRun ? "?dryRun=1" : ""), body, cancellationToken);
        if (CaseAnswers.ShowJson(parsed, answer))
        {
            return 0;
        }

        Console.WriteLine(isDryRun ? "What would happen:" : "What happened:");
        foreach (var kind in answer.GetProperty("outcomes").EnumerateArray().CountBy(outcome => CaseAnswers.Text(outcome, "kind")))
        {
            Console.WriteLine($"  {kind.Value} {kind.Key.Replace('_', ' ')}");
        }

        foreach (var outcome in answer.GetProperty("outcomes").EnumerateArray().Where(outcome => CaseAnswers.Text(outcome, "kind") == "rejected"))
        {
            Console.WriteLine($"    {CaseAnswers.Text(outcome, "id")}: {CaseAnswers.Text(outcome, "code")}: {CaseAnswers.Text(outcome, "reason")}");
        }

        foreach (var state in answer.GetProperty("rejected").EnumerateArray().CountBy(place => CaseAnswers.Text(place, "state")))
        {
            Console.WriteLine($"  {state.Value} rejected on the device: {(state.Key == "applied" ? "applied here" : $"in the tray, {state.Key}")}");
        }

        return 0;
    }

    private static StreamContent Read(FileInfo file)
    {
        try
        {
            return new StreamContent(file.OpenRead()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"{file.FullName} cannot be read: {failure.Message}", failure);
        }
    }
}
