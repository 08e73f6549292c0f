using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Branchline.Cli;

/// <summary>What the verbs about the tray and conflicts have in common: pages, people, times, and JSON for other programs.</summary>
internal static class CaseAnswers
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Option<bool> AsJson { get; } = new("--json") { Description = "As JSON, for other programs." };

    /// <summary>Every page of a list.</summary>
    public static async Task<IReadOnlyList<JsonElement>> ReadAllAsync(
        ControlClient node, string address, string member, CancellationToken cancellationToken, params (string Name, string? Value)[] filters)
    {
        var cases = new List<JsonElement>();
        string? after = null;
        do
        {
            var page = await node.SendAsync(HttpMethod.Get, address + Query([.. filters, ("after", after), ("limit", "200")]), null, cancellationToken);
            cases.AddRange(page.GetProperty(member).EnumerateArray());
            after = Text(page, "next") is { Length: > 0 } next ? next : null;
        }
        while (after is not null);
        return cases;
    }

    /// <summary>A list as a table, or as one JSON array.</summary>
    public static int Show(ParseResult parsed, IReadOnlyList<JsonElement> cases, string[] head, Func<JsonElement, string[]> row)
    {
        if (parsed.GetValue(AsJson))
        {
            Console.WriteLine(JsonSerializer.Serialize(cases, Indented));
            return 0;
        }

        Screen.ShowTable(head, cases.Select(row));
        return 0;
    }

    /// <summary>Whether it was to be shown as JSON; it is then.</summary>
    public static bool ShowJson(ParseResult parsed, JsonElement answer)
    {
        if (!parsed.GetValue(AsJson))
        {
            return false;
        }

        Console.WriteLine(Readable(answer));
        return true;
    }

    public static HttpContent Body(JsonObject wish) => JsonContent.Create(wish);

    public static string Readable(JsonElement json) => JsonSerializer.Serialize(json, Indented);

    public static string Query(params (string Name, string? Value)[] parameters)
    {
        var given = parameters.Where(one => one.Value is not null).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}");
        var query = string.Join('&', given);
        return query.Length == 0 ? "" : "?" + query;
    }

    /// <summary>A member as text; nothing when it is not there.</summary>
    public static string Text(JsonElement element, string member) =>
        element.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : "";

    /// <summary>A person's name, or their id where the node does not know them any longer.</summary>
    public static string Person(JsonElement element, string member) =>
        !element.TryGetProperty(member, out var person) || person.ValueKind != JsonValueKind.Object ? "unknown"
        : Text(person, "name") is { Length: > 0 } name ? name
        : Text(person, "id");

    public static string Time(JsonElement element, string member) =>
        element.TryGetProperty(member, out var text) && text.ValueKind == JsonValueKind.String && text.TryGetDateTimeOffset(out var at)
            ? at.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
            : "";
}
