using System.CommandLine;
using System.Text.Json;
using Branchline.Server;

namespace Branchline.Cli;

/// <summary><c>branchline sync</c>: how it stands with the masters of a running branch, and a round now. <c>sync:run</c> and <c>sync:status</c> say the same.</summary>
internal static class SyncVerb
{
    private const string Confirmation = "reset";

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only tell what would go up and what the master would say to it." };

    private static readonly Option<bool> Force = new("--force") { Description = "Whatever the windows and rates of lanes say, and without a backup where none can be made." };

    private static readonly Option<string?> MasterUrl = new("--master-url") { Description = "Only with this master, by its address or name.", HelpName = "URL" };

    private static readonly Option<string?> Yes = new("--confirm") { Description = $"The word `{Confirmation}`, in place of typing it.", HelpName = "WORD" };

    public static Command Create() => new("sync", "How it stands between a running branch and its masters.")
    {
        ControlClient.Data, ControlClient.Url, Run("run"), Status("status"), Reset(), Leave(), Lane("pause"), Lane("resume"), FileVerbs.Export(), FileVerbs.Import(),
    };

    /// <summary>The spellings that system C's owners know.</summary>
    public static IEnumerable<Command> CreateSpellings()
    {
        foreach (var command in new[] { Run("sync:run"), Status("sync:status") })
        {
            command.Options.Add(ControlClient.Data);
            command.Options.Add(ControlClient.Url);
            command.Hidden = true;
            yield return command;
        }
    }

    private static Command Run(string name)
    {
        var run = new Command(name, "Run a round now.") { DryRun, Force, MasterUrl };
        run.SetAction(RunAsync);
        return run;
    }

    private static Command Status(string name)
    {
        var status = new Command(name, "Show how it stands with every master and branch.") { CaseAnswers.AsJson };
        status.SetAction(StatusAsync);
        return status;
    }

    private static Command Reset()
    {
        var reset = new Command("reset", "Send what waits, then load every row anew. Nothing that waits is lost.") { MasterUrl, Yes, Force };
        reset.SetAction(ResetAsync);
        return reset;
    }

    private static Command Leave()
    {
        var master = new Argument<string>("master") { Description = "Its name, see `sync status`." };
        var leave = new Command("leave", "Follow a master no longer; --force gives up what waits for it.") { master, Force };
        leave.SetAction(async (parsed, cancellationToken) =>
        {
            using var node = ControlClient.Open(parsed);
            var query = CaseAnswers.Query(("force", Forced(parsed)));
            await node.SendAsync(HttpMethod.Delete, $"api/sync/masters/{Uri.EscapeDataString(parsed.GetRequiredValue(master))}{query}", null, cancellationToken);
            Console.WriteLine($"{parsed.GetRequiredValue(master)}: left; its rows stay");
            return 0;
        });
        return leave;
    }

    private static Command Lane(string name)
    {
        var lane = new Argument<string>("lane") { Description = "sales, prices or master-data." };
        var command = new Command(name, name == "pause" ? "Pause a lane." : "Let a paused lane go on.") { lane, MasterUrl };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var node = ControlClient.Open(parsed);
            var query = CaseAnswers.Query(("pause", name == "pause" ? "true" : "false"), ("master", await FindAsync(node, parsed, cancellationToken)));
            await node.SendAsync(HttpMethod.Post, $"api/sync/lanes/{parsed.GetRequiredValue(lane)}{query}", null, cancellationToken);
            Console.WriteLine($"{parsed.GetRequiredValue(lane)}: {(name == "pause" ? "paused" : "goes on")}");
            return 0;
        });
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var node = ControlClient.Open(parsed);
        var query = CaseAnswers.Query(("master", await FindAsync(node, parsed, cancellationToken)), ("force", Forced(parsed)));
        if (parsed.GetValue(DryRun))
        {
            var trial = await node.SendAsync(HttpMethod.Post, "api/sync/dry-run" + query, null, cancellationToken);
            ShowTrial(trial);
            return 0;
        }

        var rounds = await node.SendAsync(HttpMethod.Post, "api/sync/run" + query, null, cancellationToken);
        return rounds.EnumerateArray().Select(ShowRound).ToArray().All(isFine => isFine) ? 0 : 1;
    }

    private static async Task<int> StatusAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var node = ControlClient.Open(parsed);
        var status = await node.SendAsync(HttpMethod.Get, "api/sync/status", null, cancellationToken);
        if (CaseAnswers.ShowJson(parsed, status))
        {
            return 0;
        }

        SyncStatusScreen.Show(status);
        return 0;
    }

    private static async Task<int> ResetAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if ((parsed.GetValue(Yes) ?? Ask()) != Confirmation)
        {
            throw new StartRefusedException($"Nothing was done: type {Confirmation} to load every row anew.");
        }

        using var node = ControlClient.Open(parsed);
        var query = CaseAnswers.Query(("master", await FindAsync(node, parsed, cancellationToken)), ("force", Forced(parsed)));
        var rounds = await node.SendAsync(HttpMethod.Post, "api/sync/reset" + query, null, cancellationToken);
        return rounds.EnumerateArray().Select(ShowRound).ToArray().All(isFine => isFine) ? 0 : 1;
    }

    private static string? Forced(ParseResult parsed) => parsed.GetValue(Force) ? "true" : null;

    private static string? Ask()
    {
        Console.Error.Write($"What waits is sent first; then every row is loaded anew. Type {Confirmation} to go on: ");
        return Console.ReadLine()?.Trim();
    }

    private static async Task<string?> FindAsync(ControlClient node, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(MasterUrl) is not { } wanted)
        {
            return null;
        }

        var status = await node.SendAsync(HttpMethod.Get, "api/sync/status", null, cancellationToken);
        return status.GetProperty("masters").EnumerateArray()
            .Where(master => Text(master, "name") == wanted || Text(master, "url") == wanted.TrimEnd('/'))
            .Select(master => Text(master, "name")).FirstOrDefault() ?? throw new StartRefusedException($"This node follows no master {wanted}; see `branchline sync status`.");
    }

    private static bool ShowRound(JsonElement round)
    {
        var errors = round.GetProperty("errors").EnumerateObject().ToArray();
        Console.WriteLine(
            $"Round {Text(round, "id")}: {Text(round, "applied")} up, {Text(round, "merged")} of them merged otherwise, {Text(round, "refused")} refused, "
            + $"{Text(round, "changes")} changes and {Text(round, "rows")} rows down, {round.GetProperty("milliseconds").GetDouble():0} ms");
        foreach (var error in errors)
        {
            Console.Error.WriteLine($"  {error.Name}: {error.Value.GetString()}");
        }

        return errors.Length == 0;
    }

    private static void ShowTrial(JsonElement trial)
    {
        var lines = trial.GetProperty("up").EnumerateArray().ToArray();
        Console.WriteLine(lines.Length == 0 ? $"Nothing waits for {Text(trial, "master")}." : $"Would go up to {Text(trial, "master")}:");
        if (lines.Length > 0)
        {
            Screen.ShowTable(["Lane", "Table", "Kind", "Outcome", "Count"], lines.Select(line => new[]
            {
                Text(line, "lane"), Text(line, "table"), Text(line, "kind"), Text(line, "outcome"), Text(line, "count"),
            }));
        }
    }

    private static string Text(JsonElement one, string member) => one.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "";
}
