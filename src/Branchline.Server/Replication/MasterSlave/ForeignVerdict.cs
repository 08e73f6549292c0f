using System.Globalization;
using System.Text.Json;

namespace Branchline.Server.Replication.MasterSlave;

/// <summary>
/// What a master says of the records of an upload. A description of the endpoint says nothing of its answer, so those that are usual are understood: a
/// result for each record in <c>results</c>, lists of <c>failed</c>, <c>errors</c> or <c>rejected</c> records with their ids, and Laravel's own refusal,
/// which names fields as <c>records.3.data.name</c>. A success that names nobody is one for all.
/// </summary>
internal static class ForeignVerdict
{
    private static readonly string[] Lists = ["failed", "errors", "rejected", "conflicts"];
    private static readonly string[] Reasons = ["reason", "error", "message", "code"];

    /// <summary>Why records were refused, by their place; null where the whole upload was and nothing says by which record.</summary>
    public static IReadOnlyDictionary<int, string>? Read(ForeignReply reply, IReadOnlyList<(string Table, string Id)> sent)
    {
        var refused = new Dictionary<int, string>();
        if (reply.Body is not { ValueKind: JsonValueKind.Object } body)
        {
            return reply.IsSuccess ? refused : null;
        }

        if (body.TryGetProperty("results", out var results) && results.ValueKind == JsonValueKind.Array)
        {
            ReadResults(results, refused);
        }

        foreach (var list in Lists.Where(name => body.TryGetProperty(name, out _)).Select(body.GetProperty))
        {
            ReadList(list, sent, refused);
        }

        var isDenied = body.TryGetProperty("success", out var success) && success.ValueKind == JsonValueKind.False;
        return refused.Count == 0 && (!reply.IsSuccess || isDenied) ? null : refused;
    }

    private static void ReadResults(JsonElement results, Dictionary<int, string> refused)
    {
        foreach (var (place, result) in results.EnumerateArray().Index())
        {
            if (result.ValueKind == JsonValueKind.Object && TextOf(result, "status") is "rejected" or "failed" or "error")
            {
                refused[place] = ReasonOf(result);
            }
        }
    }

    private static void ReadList(JsonElement list, IReadOnlyList<(string Table, string Id)> sent, Dictionary<int, string> refused)
    {
        if (list.ValueKind == JsonValueKind.Object)
        {
            foreach (var error in list.EnumerateObject())
            {
                if (error.Name.Split('.') is ["records", var place, ..] && int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < sent.Count)
                {
                    refused.TryAdd(index, error.Value.ValueKind == JsonValueKind.Array && error.Value.GetArrayLength() > 0 ? error.Value[0].ToString() : error.Value.ToString());
                }
            }
        }
        else if (list.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in list.EnumerateArray())
            {
                var id = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("id", out var own) ? ForeignValue.IdText(own) : ForeignValue.IdText(item);
                var table = item.ValueKind == JsonValueKind.Object ? TextOf(item, "table") : null;
                foreach (var place in Enumerable.Range(0, sent.Count).Where(place => sent[place].Id == id && (table is null || table == sent[place].Table)))
                {
                    refused.TryAdd(place, ReasonOf(item));
                }
            }
        }
    }

    private static string ReasonOf(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && Reasons.Select(name => TextOf(item, name)).FirstOrDefault(text => text is not null) is { } reason ? reason : "It says no reason";

    private static string? TextOf(JsonElement item, string name) => item.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
