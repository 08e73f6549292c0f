using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Branchline.Server;

namespace Branchline.Cli;

/// <summary><c>branchline tray</c>: the mutations that a running node rejected or parked.</summary>
internal static class TrayVerb
{
    private const string Address = "api/tray";

    private static readonly Argument<long> Id = new("id") { Description = "The entry's number." };

    private static readonly Option<string?> State = new("--state") { Description = "waiting (the default), resolved, discarded or all.", HelpName = "STATE" };

    private static readonly Option<string?> Device = new("--device") { Description = "Only what this device sent.", HelpName = "ID" };

    private static readonly Option<string?> Table = new("--table") { Description = "Only what writes this table.", HelpName = "NAME" };

    private static readonly Option<string?> Code = new("--code") { Description = "Only what was rejected with this code.", HelpName = "CODE" };

    private static readonly Option<FileInfo?> Edit = new("--edit")
    {
        Description = "Writes to send in place of its own: a list of writes, or an entry as `tray show --json` prints it, put right.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Why = new("--why") { Description = "Why; kept with the entry.", HelpName = "TEXT" };

    public static Command Create()
    {
        var list = new Command("list", "Show what waits, newest first.") { State, Device, Table, Code, CaseAnswers.AsJson };
        list.SetAction(ListAsync);
        var show = new Command("show", "Show one entry whole.") { Id, CaseAnswers.AsJson };
        show.SetAction(ShowAsync);
        var resend = new Command("resend", "Send an entry again, as it is or put right.") { Id, Edit, CaseAnswers.AsJson };
        resend.SetAction(ResendAsync);
        var discard = new Command("discard", "Give an entry up; it stays to be read.") { Id, Why, CaseAnswers.AsJson };
        discard.SetAction(DiscardAsync);
        return new Command("tray", "Mutations that a running node rejected or parked.") { ControlClient.Data, ControlClient.Url, list, show, resend, discard };
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var node = ControlClient.Open(parsed);
        var entries = await CaseAnswers.ReadAllAsync(node, Address, "entries", cancellationToken,
            ("state", parsed.GetValue(State)), ("device", parsed.GetValue(Device)), ("table", parsed.GetValue(Table)), ("code", parsed.GetValue(Code)));
        return CaseAnswers.Show(parsed, entries, ["Id", "Received", "Device", "Who", "Tables", "Code", "Reason"], entry =>
        [
            CaseAnswers.Text(entry, "id"), CaseAnswers.Time(entry, "receivedAt"), CaseAnswers.Text(entry, "device"), CaseAnswers.Person(entry, "user"),
            string.Join(", ", entry.GetProperty("tables").EnumerateArray()), CaseAnswers.Text(entry, "code"), CaseAnswers.Text(entry, "reason"),
        ]);
    }

    private static async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var node = ControlClient.Open(parsed);
        var entry = await node.SendAsync(HttpMethod.Get, AddressOf(parsed), null, cancellationToken);
        if (CaseAnswers.ShowJson(parsed, entry))
        {
            return 0;
        }

        Console.WriteLine($"Entry {CaseAnswers.Text(entry, "id")}: {CaseAnswers.Text(entry, "state")}");
        Console.WriteLine($"  {CaseAnswers.Text(entry, "code")}: {CaseAnswers.Text(entry, "reason")}");
        if (CaseAnswers.Text(entry, "remedy") is { Length: > 0 } remedy)
        {
            Console.WriteLine($"  {remedy}");
        }

        Console.WriteLine($"  sent by {CaseAnswers.Person(entry, "user")} on {CaseAnswers.Text(entry, "device")}, number {CaseAnswers.Text(entry, "n")}");
        Console.WriteLine($"  made {CaseAnswers.Time(entry, "madeAt")}, received {CaseAnswers.Time(entry, "receivedAt")}");
        foreach (var step in entry.GetProperty("history").EnumerateArray())
        {
            Console.WriteLine($"  {CaseAnswers.Time(step, "at")} {CaseAnswers.Text(step, "action")} by {CaseAnswers.Person(step, "by")} {CaseAnswers.Text(step, "why")}".TrimEnd());
        }

        Console.WriteLine(CaseAnswers.Readable(entry.GetProperty("payload").GetProperty("writes")));
        return 0;
    }

    private static async Task<int> ResendAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var wish = parsed.GetValue(Edit) is { } file ? CaseAnswers.Body(new JsonObject { ["writes"] = ReadWrites(file) }) : null;
        using var node = ControlClient.Open(parsed);
        var answer = await node.SendAsync(HttpMethod.Post, AddressOf(parsed) + "/resend", wish, cancellationToken);
        var outcome = answer.GetProperty("outcome");
        var kind = CaseAnswers.Text(outcome, "kind");
        if (!CaseAnswers.ShowJson(parsed, answer) && kind != "rejected")
        {
            Console.WriteLine($"{CaseAnswers.Text(answer.GetProperty("entry"), "id")}: {kind.Replace('_', ' ')}");
        }

        return kind != "rejected"
            ? 0
            : throw new StartRefusedException($"rejected again: {CaseAnswers.Text(outcome, "code")}: {CaseAnswers.Text(outcome, "reason")}; it stays in the tray.");
    }

    private static async Task<int> DiscardAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var node = ControlClient.Open(parsed);
        var entry = await node.SendAsync(HttpMethod.Delete, AddressOf(parsed) + CaseAnswers.Query(("why", parsed.GetValue(Why))), null, cancellationToken);
        if (!CaseAnswers.ShowJson(parsed, entry))
        {
            Console.WriteLine($"{CaseAnswers.Text(entry, "id")}: discarded");
        }

        return 0;
    }

    /// <summary>The writes of a file: a list of them, a mutation, or a whole entry.</summary>
    private static JsonNode ReadWrites(FileInfo file)
    {
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(file.FullName));
            var list = json as JsonArray ?? ((json as JsonObject)?["payload"] ?? json)?["writes"] as JsonArray;
            return list?.DeepClone() ?? throw new StartRefusedException($"{file.FullName} holds no list of writes; start from what `branchline tray show ID --json` prints.");
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"{file.FullName} cannot be read as JSON: {failure.Message}", failure);
        }
    }

    private static string AddressOf(ParseResult parsed) => $"{Address}/{parsed.GetRequiredValue(Id)}";
}
