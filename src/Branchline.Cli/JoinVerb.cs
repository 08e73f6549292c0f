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
        Console.WriteLine($"Joined {url}; loading what this branch may see. Tills can sell meanwhile.");
        for (var master = Of(status, url); !master.GetProperty("isLoaded").GetBoolean(); master = Of(status, url))
        {
            await Task.Delay(Glance, TimeProvider.System, cancellationToken);
            status = await node.SendAsync(HttpMethod.Get, "api/sync/status", null, cancellationToken);
            if (Of(status, url).GetProperty("lastError").GetString() is { } error)
            {
                Console.Error.WriteLine($"Not yet: {error}");
            }
        }

        var rows = Of(status, url).GetProperty("rounds").EnumerateArray().Sum(round => round.GetProperty("rows").GetInt64());
        Console.WriteLine($"Loaded {rows} rows.");
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
