using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Branchline.Cli;

/// <summary><c>branchline conflicts</c>: fields that two writers meant differently, and the way back.</summary>
internal static class ConflictsVerb
{
    private const string Address = "api/conflicts";

    private static readonly Argument<long> Id = new("id") { Description = "The conflict's number." };

    private static readonly Argument<string> Value = new("value") { Description = "kept: what the row holds; lost: the other value." };

    private static readonly Option<string?> State = new("--state") { Description = "open, settled, undone, chosen or all (the default).", HelpName = "STATE" };

    private static readonly Option<string?> Table = new("--table") { Description = "Only of this table.", HelpName = "NAME" };

    public static Command Create()
    {
        Value.AcceptOnlyFromAmong("kept", "lost");
        var list = new Command("list", "Show conflicts, newest first.") { State, Table, CaseAnswers.AsJson };
        list.SetAction(ListAsync);
        var undo = new Command("undo", "Write the lost value back.") { Id, CaseAnswers.AsJson };
        undo.SetAction((parsed, cancellationToken) => DecideAsync(parsed, "undo", null, cancellationToken));
        var choose = new Command("choose", "Settle an open conflict.") { Id, Value, CaseAnswers.AsJson };
        choose.SetAction((parsed, cancellationToken) =>
            DecideAsync(parsed, "choose", new JsonObject { ["value"] = parsed.GetRequiredValue(Value) }, cancellationToken));
        return new Command("conflicts", "Fields that two writers meant differently.") { ControlClient.Data, ControlClient.Url, list, undo, choose };
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var node = ControlClient.Open(parsed);
        var conflicts = await CaseAnswers.ReadAllAsync(
            node, Address, "conflicts", cancellationToken, ("state", parsed.GetValue(State)), ("table", parsed.GetValue(Table)));
        return CaseAnswers.Show(parsed, conflicts, ["Id", "State", "Found", "Field", "Row", "Kept", "by", "Lost", "by"], conflict =>
        [
            CaseAnswers.Text(conflict, "id"), CaseAnswers.Text(conflict, "state"), CaseAnswers.Time(conflict, "foundAt"),
            $"{CaseAnswers.Text(conflict, "table")}.{CaseAnswers.Text(conflict, "field")}", CaseAnswers.Text(conflict, "row"),
            .. Side(conflict, "kept"), .. Side(conflict, "lost"),
        ]);
    }

    private static async Task<int> DecideAsync(ParseResult parsed, string verb, JsonObject? wish, CancellationToken cancellationToken)
    {
        using var node = ControlClient.Open(parsed);
        var body = wish is null ? null : CaseAnswers.Body(wish);
        var answer = await node.SendAsync(HttpMethod.Post, $"{Address}/{parsed.GetRequiredValue(Id)}/{verb}", body, cancellationToken);
        if (!CaseAnswers.ShowJson(parsed, answer))
        {
            var conflict = answer.GetProperty("conflict");
            Console.WriteLine($"{CaseAnswers.Text(conflict, "id")}: {CaseAnswers.Text(conflict.GetProperty("settled"), "how")}");
        }

        return 0;
    }

    private static string[] Side(JsonElement conflict, string which)
    {
        var side = conflict.GetProperty(which);
        return [side.GetProperty("value").GetRawText(), $"{CaseAnswers.Person(side, "user")} on {CaseAnswers.Text(side, "device")}"];
    }
}
