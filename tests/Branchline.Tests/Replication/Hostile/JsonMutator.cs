using System.Text;
using System.Text.Json.Nodes;

namespace Branchline.Tests.Replication.Hostile;

/// <summary>Changes a message as somebody would who knows its form: values of other types, far too large, missing, twice, deep, or of other rows.</summary>
internal sealed class JsonMutator(System.Random random, IReadOnlyList<string> known)
{
    private const int Deep = 200;
    private const string Raw = "@raw@";

    // What no writer of JSON writes.
    private static readonly string[] RawWords =
        ["\"\\ud800\"", "\"\\udc00x\"", "NaN", "-", "01", "1e99999", "\"\t\"", "{\"id\":1,\"id\":2}", "undefined", "\"\\u00\"", "1,", "\"a\":1", "\"\u0001\"", "/*x*/1"];

    private static readonly string[] Words =
    [
        "null", "true", "0", "-1", "1", "0.5", "-0", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e308", "1e400", "1e-400", "2147483648",
        "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud83d\\ude00\"", "\"node\"", "\"admin\"", "\"everyone\"", "\"user:u-1\"", "\"branch:\"", "\"../../x\"", "\"' OR 1=1 --\"",
        "\"00000000-0000-0000-0000-000000000000\"", "\"ffffffff-ffff-ffff-ffff-ffffffffffff\"", "\"0000000000000000-none\"", "\"ffffffffffffffff-x\"", "\"7fffffffffff0000-x\"",
        "\"-\"", "\"x.9223372036854775807\"", "\"x.-1\"", "\"-1--1--1-b\"", "\"9223372036854775807-2147483647-9223372036854775807-b\"", "\"insert\"", "\"update\"", "\"delete\"",
        "\"enter\"", "\"leave\"", "\"set\"", "\"products\"", "\"clients\"", "\"branches\"", "\"_log\"", "\"_links\"", "\"id\"", "\"created_at\"", "\"9999-12-31T23:59:59.999Z\"",
        "\"0001-01-01T00:00:00Z\"", "\"2026-11-28T09:00:00.000+14:00\"", "[]", "{}", "[null]", "[[]]", "{\"\":null}", "{\"id\":{}}",
    ];

    /// <summary>The message with one to four changes.</summary>
    public string Mutate(string json)
    {
        var root = JsonNode.Parse(json)!;
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            root = Change(root);
        }

        return root.ToJsonString().Replace($"\"{Raw}\"", RawWords[random.Next(RawWords.Length)], StringComparison.Ordinal);
    }

    private JsonNode Change(JsonNode root)
    {
        var all = Below(root).ToList();
        if (all.Count == 0)
        {
            return Value() ?? new JsonObject();
        }

        var (parent, key, index) = all[random.Next(all.Count)];
        switch (random.Next(8))
        {
            case 0:
                Remove(parent, key, index);
                break;
            case 1 when parent is JsonObject from:
                var moved = from[key!]?.DeepClone();
                from.Remove(key!);
                from[Word().Trim('"')] = moved;
                break;
            case 2 when parent is JsonArray list:
                for (var copies = random.Next(3) == 0 ? 1200 : random.Next(1, 4); copies > 0; copies--)
                {
                    list.Add(list[index]?.DeepClone());
                }

                break;
            case 3:
                var (other, otherKey, otherIndex) = all[random.Next(all.Count)];
                Set(parent, key, index, (otherKey is null ? other.AsArray()[otherIndex] : other.AsObject()[otherKey])?.DeepClone());
                break;
            case 4 when random.Next(10) == 0:
                Set(parent, key, index, JsonNode.Parse(Nested(), documentOptions: new() { MaxDepth = Deep + 1 }));
                break;
            case 5 when random.Next(4) == 0:
                Set(parent, key, index, JsonValue.Create(new string('x', random.Next(1, 70_000))));
                break;
            default:
                Set(parent, key, index, Value());
                break;
        }

        return root;
    }

    private JsonNode? Value() => random.Next(12) == 0 ? JsonValue.Create(Raw) : known.Count > 0 && random.Next(4) == 0 ? JsonValue.Create(known[random.Next(known.Count)]) : JsonNode.Parse(Word());

    private string Word() => Words[random.Next(Words.Length)];

    private static string Nested() => new StringBuilder().Append('[', Deep - 20).Append(']', Deep - 20).ToString();

    private static void Remove(JsonNode parent, string? key, int index)
    {
        if (key is not null)
        {
            parent.AsObject().Remove(key);
            return;
        }

        parent.AsArray().RemoveAt(index);
    }

    private static void Set(JsonNode parent, string? key, int index, JsonNode? value)
    {
        if (key is not null)
        {
            parent[key] = value;
            return;
        }

        parent.AsArray()[index] = value;
    }

    private static IEnumerable<(JsonNode Parent, string? Key, int Index)> Below(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Below(member.Value).Prepend((members, member.Key, 0))),
        JsonArray list => list.SelectMany((item, index) => Below(item).Prepend((list, null, index))).Take(200),
        _ => [],
    };
}
