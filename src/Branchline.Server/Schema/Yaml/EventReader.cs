using System.Text.RegularExpressions;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Schema.Yaml;

/// <summary>Reads what is broadcast when a row changes.</summary>
internal sealed partial class EventReader(TableOutline table, Workflow? workflow, Mistakes mistakes)
{
    private const string Move = "move";
    private const string MoveTo = "move:";
    private const int LongestName = 200;
    private const int LongestChannel = 164;

    private static readonly string[] Keys = ["channel", "name", "word", "on", "fields"];
    private static readonly string[] Writes = ["insert", "update", "delete"];

    private readonly string _path = $"{table.Name}.events";

    public IReadOnlyList<EventRule> Read()
    {
        if (table.Body.Find("events") is not { } node)
        {
            return [];
        }

        if (node is not Node.List list)
        {
            mistakes.Add(node, _path, "events must be a list", "write - { channel: CHANNEL, name: NAME } or - { word: WORD }");
            return [];
        }

        return
        [
            .. from item in list.Items
               let body = Section.Open(item, _path, mistakes, Keys)
               where body is not null
               select ReadEvent(body),
        ];
    }

    private EventRule ReadEvent(Section body)
    {
        if (body.Has("word") == body.Has("channel") || body.Has("channel") != body.Has("name"))
        {
            mistakes.Add(body.Map, _path, "an event is a channel with a name, or a word", "write channel: and name:, or only word:");
        }

        return new EventRule(ReadChannel(body), ReadName(body, "name"), ReadName(body, "word"), ReadOn(body), ReadFields(body));
    }

    private string? ReadChannel(Section body)
    {
        var channel = body.Word("channel");
        if (channel is not null && (channel.Text.Length > LongestChannel || !ChannelForm().IsMatch(channel.Text)))
        {
            mistakes.Add(
                channel, _path, $"\"{channel.Text}\" is no channel",
                "use letters, digits and _ - = @ , . ; only, without the prefix private-, presence-, cache- or encrypted-");
        }

        return channel?.Text;
    }

    private string? ReadName(Section body, string key)
    {
        var name = body.Word(key);
        if (name is null)
        {
            return null;
        }

        var plain = name.Text.Replace("{action}", "", StringComparison.Ordinal);
        if (plain.Contains('{', StringComparison.Ordinal) || plain.Contains('}', StringComparison.Ordinal))
        {
            mistakes.Add(name, _path, $"unknown placeholder in \"{name.Text}\"", "the only placeholder is {action}");
        }

        if (name.Text.Length is 0 or > LongestName || name.Text.Any(char.IsControl)
            || name.Text.StartsWith("pusher", StringComparison.Ordinal) || name.Text.StartsWith("client-", StringComparison.Ordinal))
        {
            mistakes.Add(
                name, _path, $"\"{name.Text}\" cannot name an event",
                $"use 1 to {LongestName} characters that do not begin with pusher or client-");
        }

        return name.Text;
    }

    // A ledger's entries are only ever inserted.
    private List<string> ReadOn(Section body)
    {
        var isLedger = table.Kind == TableKind.Ledger;
        if (body.Words("on") is not { } words)
        {
            return isLedger ? ["insert"] : [.. Writes];
        }

        if (words.Count == 0)
        {
            mistakes.Add(body.Find("on")!, _path, "the event never happens", "leave on out, or list insert, update, delete, move");
        }

        foreach (var word in words)
        {
            CheckOn(word, isLedger);
        }

        return [.. words.Select(word => word.Text)];
    }

    private void CheckOn(Node.Word word, bool isLedger)
    {
        if (word.Text == Move || word.Text.StartsWith(MoveTo, StringComparison.Ordinal))
        {
            if (workflow is null)
            {
                mistakes.Add(word, _path, "the table has no workflow, so nothing moves", "use insert, update or delete");
            }
            else if (word.Text != Move && !workflow.Order.Contains(word.Text[MoveTo.Length..]))
            {
                mistakes.AddUnknown(word with { Text = word.Text[MoveTo.Length..] }, _path, "state", workflow.Order);
            }
        }
        else if (!Writes.Contains(word.Text))
        {
            mistakes.AddUnknown(word, _path, "occasion", [.. Writes, Move, MoveTo + "STATE"]);
        }
        else if (isLedger && word.Text != "insert")
        {
            mistakes.Add(word, _path, $"a ledger sees no {word.Text}", "write on: [insert] or leave it out");
        }
    }

    private List<string> ReadFields(Section body)
    {
        if (body.Words("fields") is not { } words)
        {
            var state = workflow?.Field ?? (table.Fields.ContainsKey("status") ? "status" : null);
            return state is null ? ["id"] : ["id", state];
        }

        foreach (var word in words.Where(word => !table.AllNames.Contains(word.Text)))
        {
            mistakes.AddUnknown(word, _path, "field", table.AllNames);
        }

        return [.. words.Select(word => word.Text)];
    }

    [GeneratedRegex(@"^(?!private-|presence-|cache-|encrypted-)[A-Za-z0-9_\-=@,.;]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex ChannelForm();
}
