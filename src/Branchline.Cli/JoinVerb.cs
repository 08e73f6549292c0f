using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Server;
using Branchline.Server.Access.Control;

namespace Branchline.Cli;

/// <summary><c>branchline join</c>: makes a node a branch of a master, loads what it may see, and serves it. A node that runs already goes on running.</summary>
internal static class JoinVerb
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    private static readonly Argument<string> Token = new("token") { Description = "What `branchline branch add NAME` printed on the master." };

    private static readonly Option<string?> MasterUrl = new("--master-url") { Description = "Where the master is reached; by default what MASTER_URL says.", HelpName = "URL" };

    private static readonly Option<bool> Seal = new("--encrypt") { Description = "Encrypt everything with the key of the branch: for a line without TLS." };

    private static readonly Option<bool> Force = new("--force") { Description = "Without a backup of what is here where none can be made." };

    public static Command Create()
    {
        var command = new Command("join", "Follow a master: enrol with a token, load, and serve.") { Token, MasterUrl, Seal, Force };
        var arguments = new NodeArguments();
        arguments.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, arguments, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, NodeArguments arguments, CancellationToken cancellationToken)
    {
        var data = parsed.GetRequiredValue(arguments.Data).FullName;
        var url = parsed.GetValue(MasterUrl) ?? EnvironmentValues.Read(data).GetValueOrDefault("MASTER_URL")
            ?? throw new StartRefusedException("Say where the master is: --master-url URL, or MASTER_URL in the environment.");
        if (await IsRunningAsync(data, cancellationToken))
        {
            await JoinAsync(data, url, parsed, cancellationToken);
            return 0;
        }

        // Until it has joined it follows nobody, also not by the endpoints of a master that MASTER_URL names.
        var settings = arguments.Read(parsed);
        await using var node = BranchlineServer.Build(settings with { Values = new Dictionary<string, string?>(settings.Values) { ["MASTER_URL"] = null } });
        await node.StartAsync(cancellationToken);
        await JoinAsync(data, url, parsed, cancellationToken);
        Screen.ShowAddresses(node);
        Screen.ShowSetupLink(node);
        await node.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    private static async Task JoinAsync(string data, string url, ParseResult parsed, CancellationToken cancellationToken)
    {
        using var node = ControlClient.Open(data);
        var wish = JsonContent.Create(new JsonObject { ["token"] = parsed.GetRequiredValue(Token), ["masterUrl"] = url, ["sealed"] = parsed.GetValue(Seal), ["force"] = parsed.GetValue(Force) });
        var status = await node.SendAsync(HttpMethod.Post, "api/sync/join", wish, cancellationToken);
        if (!status.GetProperty("schedule").GetProperty("enabled").GetBoolean())
        {
            Console.WriteLine($"Joined {url}. Rounds are off (SYNC_ENABLED), so nothing is loaded by itself: `branchline sync run --data {data}` does it.");
            return;
        }

        Console.WriteLine($"Joined {url}; loading what this branch may see. Tills can sell meanwhile.");
        for (var shown = string.Empty; !Of(status, url).GetProperty("isLoaded").GetBoolean();)
        {
            await Task.Delay(Glance, TimeProvider.System, cancellationToken);
            status = await node.SendAsync(HttpMethod.Get, "api/sync/status", null, cancellationToken);
            var (told, isError) = Describe(Of(status, url));
            if (told.Length > 0 && told != shown)
            {
                (isError ? Console.Error : Console.Out).WriteLine(told);
                shown = told;
            }
        }

        Console.WriteLine($"Loaded {Of(status, url).GetProperty("loaded").GetInt64():N0} rows.");
    }

    /// <summary>The lane that is loading, or why none is.</summary>
    private static (string Told, bool IsError) Describe(JsonElement master)
    {
        if (master.GetProperty("lastError").GetString() is { } error)
        {
            return ($"Not yet: {error}", true);
        }

        var loading = master.GetProperty("lanes").EnumerateArray().LastOrDefault(lane => lane.GetProperty("total").GetInt64() > 0);
        if (loading.ValueKind == JsonValueKind.Undefined)
        {
            return (string.Empty, false);
        }

        var (loaded, total) = (loading.GetProperty("loaded").GetInt64(), loading.GetProperty("total").GetInt64());
        return ($"{loading.GetProperty("name").GetString()}: {loaded:N0} of {total:N0} rows, {100 * loaded / total} %", false);
    }

    private static async Task<bool> IsRunningAsync(string data, CancellationToken cancellationToken)
    {
        if (ControlFile.Read(data) is null)
        {
            return false;
        }

        try
        {
            using var node = ControlClient.Open(data);
            await node.SendAsync(HttpMethod.Get, "api/sync/status", null, cancellationToken);
            return true;
        }
        catch (StartRefusedException)
        {
            // What was left of a node that was killed.
            return false;
        }
    }

    private static JsonElement Of(JsonElement status, string url) =>
        status.GetProperty("masters").EnumerateArray().First(master => master.GetProperty("url").GetString() == url.TrimEnd('/'));
}
