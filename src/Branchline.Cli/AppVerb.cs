using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Branchline.Cli;

/// <summary><c>branchline app</c>: the realtime apps of a running node; what changes counts at once.</summary>
internal static class AppVerb
{
    private const string Address = "api/realtime/apps";
    private const double LongestGrace = 30 * 24;

    private static readonly Argument<string> Id = new("id") { Description = "The app's id." };

    private static readonly Option<string?> NewId = new("--id") { Description = "Its id; made when not given." };

    private static readonly Option<string?> Key = new("--key") { Description = "What clients connect with; made when not given." };

    private static readonly Option<string?> Secret = new("--secret") { Description = "What backends sign with; made when not given." };

    private static readonly Option<string?> Name = new("--name") { Description = "What people call it." };

    private static readonly Option<string[]> Origin = new("--origin") { Description = "An origin whose pages may connect; without it any.", HelpName = "URL" };

    private static readonly Option<string[]> Webhook = new("--webhook") { Description = "An address that is told what happens in its channels.", HelpName = "URL" };

    private static readonly Option<bool> NoClientEvents = new("--no-client-events") { Description = "Clients may not send events to each other." };

    private static readonly Option<double?> Grace = new("--grace") { Description = "How long the old secret still counts (default 24).", HelpName = "HOURS", CustomParser = ParseGrace };

    private static readonly Option<bool> AtOnce = new("--now") { Description = "The old secret leaked: it does not count any longer." };

    public static Command Create()
    {
        var add = new Command("add", "Add an app; its secret is shown once.") { NewId, Key, Secret, Name, Origin, Webhook, NoClientEvents };
        add.SetAction(AddAsync);
        var list = new Command("list", "Show every app.");
        list.SetAction(ListAsync);
        var rotate = new Command("rotate", "Give an app a new secret; the old one counts for a while.") { Id, Grace, AtOnce };
        rotate.SetAction(RotateAsync);
        var remove = new Command("remove", "Take an app away; its connections are closed.") { Id };
        remove.SetAction(RemoveAsync);
        return new Command("app", "The realtime apps of a running node.") { ControlClient.Data, ControlClient.Url, add, list, rotate, remove };
    }

    private static async Task<int> AddAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var wish = new JsonObject
        {
            ["id"] = parsed.GetValue(NewId),
            ["key"] = parsed.GetValue(Key),
            ["secret"] = parsed.GetValue(Secret),
            ["name"] = parsed.GetValue(Name),
            ["clientEvents"] = parsed.GetValue(NoClientEvents) ? false : null,
            ["allowedOrigins"] = new JsonArray([.. (parsed.GetValue(Origin) ?? []).Select(origin => JsonValue.Create(origin))]),
            ["webhooks"] = new JsonArray([.. (parsed.GetValue(Webhook) ?? []).Select(url => new JsonObject { ["url"] = url })]),
        };
        using var node = ControlClient.Open(parsed);
        ShowSecret(await node.SendAsync(HttpMethod.Post, Address, JsonContent.Create(wish), cancellationToken));
        return 0;
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var node = ControlClient.Open(parsed);
        var apps = await node.SendAsync(HttpMethod.Get, Address, null, cancellationToken);
        Screen.ShowTable(["Id", "Key", "Name", "Set by", ""], apps.EnumerateArray().Select(app => new[]
        {
            Text(app, "id"),
            Text(app, "key"),
            Text(app, "name"),
            app.GetProperty("isReadOnly").GetBoolean() ? "configuration" : "administrators",
            (app.GetProperty("isOwn").GetBoolean() ? "own " : "") + (app.GetProperty("enabled").GetBoolean() ? "" : "disabled"),
        }));
        return 0;
    }

    private static async Task<int> RotateAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var grace = parsed.GetValue(AtOnce) ? TimeSpan.Zero
            : parsed.GetValue(Grace) is { } hours ? TimeSpan.FromHours(hours)
            : (TimeSpan?)null;
        var wish = new JsonObject { ["grace"] = grace?.ToString("c", CultureInfo.InvariantCulture) };
        using var node = ControlClient.Open(parsed);
        var app = await node.SendAsync(HttpMethod.Post, AddressOf(parsed) + "/rotate", JsonContent.Create(wish), cancellationToken);
        ShowSecret(app);
        foreach (var until in app.GetProperty("previousSecretsUntil").EnumerateArray().Take(1))
        {
            Console.WriteLine($"The secret before it counts until {until.GetDateTimeOffset().ToLocalTime():yyyy-MM-dd HH:mm}; give backends this one by then.");
        }

        return 0;
    }

    private static async Task<int> RemoveAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var node = ControlClient.Open(parsed);
        await node.SendAsync(HttpMethod.Delete, AddressOf(parsed), null, cancellationToken);
        Console.WriteLine($"{parsed.GetRequiredValue(Id)}: removed");
        return 0;
    }

    private static double? ParseGrace(ArgumentResult given)
    {
        var text = given.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var hours) && hours is >= 0 and <= LongestGrace)
        {
            return hours;
        }

        given.AddError($"--grace: '{text}' is no number of hours from 0 to {LongestGrace:0}; say 24 for a day, 0.5 for half an hour, or --now for none.");
        return null;
    }

    private static void ShowSecret(JsonElement app)
    {
        Console.WriteLine($"PUSHER_APP_ID={Text(app, "id")}");
        Console.WriteLine($"PUSHER_APP_KEY={Text(app, "key")}");
        Console.WriteLine($"PUSHER_APP_SECRET={Text(app, "secret")}");
        Console.Error.WriteLine("The secret is shown this once.");
    }

    private static string AddressOf(ParseResult parsed) => $"{Address}/{Uri.EscapeDataString(parsed.GetRequiredValue(Id))}";

    private static string Text(JsonElement app, string member) => app.GetProperty(member).GetString()!;
}
