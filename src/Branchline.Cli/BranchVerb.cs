using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Branchline.Cli;

/// <summary><c>branchline branch</c>: the branches that follow a running node.</summary>
internal static class BranchVerb
{
    private const string Address = "api/branches/links";

    private static readonly Argument<string> Name = new("name") { Description = "What people call the branch." };

    private static readonly Option<bool> Equal = new("--equal") { Description = "Neither node has the last word: two head offices, or a branch between two of them. It may have rows already." };

    private static readonly Option<bool> All = new("--all") { Description = "It holds the rows of every branch." };

    private static readonly Option<string[]> With = new("--with") { Description = "A branch below it, whose rows it holds, too; may be given several times.", HelpName = "NAME" };

    private static readonly Argument<string> Id = new("id") { Description = "The branch's id, see `branch list`." };

    public static Command Create()
    {
        var add = new Command("add", "Invite a branch; its token is shown once and counts once, for a week.") { Name, Equal, All, With };
        add.SetAction(AddAsync);
        var list = new Command("list", "Show every branch, how far it is behind and when it was heard of.");
        list.SetAction(ListAsync);
        var invite = new Command("invite", "Give a branch a new token: for a machine in place of a lost one, which is out, or for a branch that was removed.") { Id };
        invite.SetAction(InviteAsync);
        var remove = new Command("remove", "A branch may not follow any longer; what it sent stays.") { Id };
        remove.SetAction(RemoveAsync);
        return new Command("branch", "The branches that follow a running node.") { ControlClient.Data, ControlClient.Url, add, list, invite, remove };
    }

    private static async Task<int> AddAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var node = ControlClient.Open(parsed);
        var with = new JsonArray([.. (parsed.GetValue(With) ?? []).Select(name => JsonValue.Create(name))]);
        var wish = JsonContent.Create(new JsonObject { ["name"] = parsed.GetRequiredValue(Name), ["equal"] = parsed.GetValue(Equal), ["all"] = parsed.GetValue(All), ["with"] = with });
        ShowToken(await node.SendAsync(HttpMethod.Post, Address, wish, cancellationToken));
        return 0;
    }

    private static async Task<int> InviteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var node = ControlClient.Open(parsed);
        ShowToken(await node.SendAsync(HttpMethod.Post, $"{AddressOf(parsed)}/invite", null, cancellationToken));
        return 0;
    }

    private static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var node = ControlClient.Open(parsed);
        var links = await node.SendAsync(HttpMethod.Get, Address, null, cancellationToken);
        Screen.ShowTable(["Id", "Name", "State", "Last heard of", "Behind", "Sent", "Read"], links.EnumerateArray().Select(link => new[]
        {
            Text(link, "id"), Text(link, "name"), Text(link, "state"), CaseAnswers.Time(link, "seenAt"), Text(link, "behind"), Text(link, "pushed"), Text(link, "pulled"),
        }));
        return 0;
    }

    private static async Task<int> RemoveAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var node = ControlClient.Open(parsed);
        await node.SendAsync(HttpMethod.Delete, AddressOf(parsed), null, cancellationToken);
        Console.WriteLine($"{parsed.GetRequiredValue(Id)}: removed; what it sent stays");
        return 0;
    }

    // The token alone on standard output, for scripts.
    private static void ShowToken(JsonElement link)
    {
        Console.Error.WriteLine($"{Text(link, "name")} ({Text(link, "id")}) may join with this token, once, within a week:");
        Console.WriteLine(Text(link, "token"));
        Console.Error.WriteLine("On its machine: branchline join TOKEN --master-url URL --data DIR");
    }

    private static string AddressOf(ParseResult parsed) => $"{Address}/{Uri.EscapeDataString(parsed.GetRequiredValue(Id))}";

    private static string Text(JsonElement one, string member) => CaseAnswers.Text(one, member);
}
