using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Branchline.Cli;

/// <summary><c>branchline realtime</c>: what goes on in the channels of a running node.</summary>
internal static class RealtimeVerb
{
    private const string Address = "api/realtime/";

    private static readonly Argument<string> Channel = new("channel") { Description = "Where it is said." };

    private static readonly Argument<string> Event = new("event") { Description = "The event's name." };

    private static readonly Argument<string?> Data = new("data")
    {
        Description = "What it tells: JSON, or any text.",
        DefaultValueFactory = _ => null,
    };

    private static readonly Option<string?> App = new("--app") { Description = "The app's id; the business's own without it.", HelpName = "ID" };

    private static readonly Option<string?> OfChannel = new("--channel") { Description = "Only of this channel; * and ? stand for anything.", HelpName = "NAME" };

    private static readonly Option<string?> OfEvent = new("--event") { Description = "Only events of this name; * and ? stand for anything.", HelpName = "NAME" };

    private static readonly Option<bool> AsJson = new("--json") { Description = "One line of JSON each, for other programs." };

    private static readonly Option<string?> Prefix = new("--prefix") { Description = "Only names that begin so.", HelpName = "TEXT" };

    private static readonly Option<string?> Search = new("--search") { Description = "Only names that hold this.", HelpName = "TEXT" };

    public static Command Create()
    {
        var tail = new Command("tail", "Show what happens, until Ctrl+C.") { App, OfChannel, OfEvent, AsJson };
        tail.SetAction(TailAsync);
        var channels = new Command("channels", "Show every channel that somebody is in.") { App, Prefix, Search };
        channels.SetAction(ChannelsAsync);
        var publish = new Command("publish", "Say an event on a channel.") { Channel, Event, Data, App };
        publish.SetAction(PublishAsync);
        return new Command("realtime", "What goes on in the channels of a running node.") { ControlClient.Data, ControlClient.Url, tail, channels, publish };
    }

    private static async Task<int> TailAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var node = ControlClient.Open(parsed);
        var query = Query(("app", parsed.GetValue(App)), ("channel", parsed.GetValue(OfChannel)), ("event", parsed.GetValue(OfEvent)));
        try
        {
            await foreach (var line in node.ReadEventsAsync(Address + "tail" + query, cancellationToken))
            {
                Console.WriteLine(parsed.GetValue(AsJson) ? line : Tell(JsonDocument.Parse(line).RootElement));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl+C is how this ends.
        }

        return 0;
    }

    private static async Task<int> ChannelsAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var node = ControlClient.Open(parsed);
        var rows = new List<string[]>();
        string? after = null;
        do
        {
            var query = Query(
                ("app", parsed.GetValue(App)), ("prefix", parsed.GetValue(Prefix)), ("search", parsed.GetValue(Search)), ("after", after), ("limit", "1000"));
            var page = await node.SendAsync(HttpMethod.Get, Address + "channels" + query, null, cancellationToken);
            rows.AddRange(page.GetProperty("channels").EnumerateArray().Select(channel => new[]
            {
                Text(channel, "name")!, Text(channel, "kind")!, Text(channel, "subscriptions")!, Text(channel, "members") ?? "",
            }));
            after = Text(page, "next");
        }
        while (after is not null);
        Screen.ShowTable(["Channel", "Kind", "Subscriptions", "Members"], rows);
        return 0;
    }

    private static async Task<int> PublishAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var wish = new JsonObject
        {
            ["app"] = parsed.GetValue(App),
            ["channel"] = parsed.GetRequiredValue(Channel),
            ["name"] = parsed.GetRequiredValue(Event),
            ["data"] = parsed.GetValue(Data),
        };
        using var node = ControlClient.Open(parsed);
        var answer = await node.SendAsync(HttpMethod.Post, Address + "publish", JsonContent.Create(wish), cancellationToken);
        Console.WriteLine($"Said to {Text(answer, "subscriptions")} subscriptions");
        return 0;
    }

    private static string Tell(JsonElement line)
    {
        var at = line.GetProperty("at").GetDateTimeOffset().ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var lost = Text(line, "lost") is { } count ? $"  ({count} lines before this one are missing)" : "";
        string?[] words =
        [
            at, Text(line, "kind")!.PadRight(14), Text(line, "channel"), Text(line, "event"), Text(line, "user"), Text(line, "socketId"), Text(line, "data"),
        ];
        return string.Concat((string.Join("  ", words.Where(word => word is not null)) + lost).Select(Shown));
    }

    /// <summary>What strangers say must not steer a terminal.</summary>
    private static string Shown(char character) => char.IsControl(character) ? $"\\u{(int)character:x4}" : character.ToString();

    private static string Query(params (string Name, string? Value)[] parameters) =>
        "?" + string.Join('&', parameters.Where(one => one.Value is not null).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}"));

    private static string? Text(JsonElement element, string member) =>
        element.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;
}
