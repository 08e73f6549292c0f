using System.Text.Json;
using Branchline.Client.Store;
using Branchline.Protocol;

namespace Branchline.Client.Outgoing;

/// <summary>What head office said last, without the refusals, which are in the tray.</summary>
internal static class KeptWord
{
    private const int MostRefused = 200;
    private const int MostFormers = 8;

    public static LastWord? Find(Database database) =>
        KeptValues.Find(database, KeptValues.LastWord) is { } word ? JsonSerializer.Deserialize(word, ProtocolJson.Default.LastWord) : null;

    /// <summary>The ids that the device had before, the newest first.</summary>
    public static IReadOnlyList<DeviceId> Formers(Database database) => [.. List(database, KeptValues.Formers).Select(id => new DeviceId(id))];

    /// <summary>Takes a word to the device's id of <paramref name="life"/>; answers what is kept of it. What was put into the tray once is known by its id.</summary>
    public static LastWord? Keep(Database database, LastWord? word, long life, DateTimeOffset now)
    {
        if (DeviceRecord.Get(database).Life != life)
        {
            return Find(database);
        }

        if (word is null)
        {
            KeptValues.Remove(database, KeptValues.LastWord);
            return null;
        }

        var known = List(database, KeptValues.Refused);
        foreach (var (mutation, outcome, _) in word.Refused)
        {
            if (outcome is MutationOutcome.Rejected rejected && !known.Contains(mutation.Id.ToString()))
            {
                TrayTable.Keep(database, mutation, rejected, now);
                known.Insert(0, mutation.Id.ToString());
            }
        }

        KeptValues.Save(database, KeptValues.Refused, string.Join(' ', known.Take(MostRefused)));
        return Save(database, word with { Refused = [] });
    }

    /// <summary>The device takes another id: nothing that it sends under it is final yet.</summary>
    public static void Renew(Database database, DeviceId former)
    {
        KeptValues.Save(database, KeptValues.Formers, string.Join(' ', List(database, KeptValues.Formers).Prepend(former.Value).Take(MostFormers)));
        if (Find(database) is { } word)
        {
            Save(database, word with { N = 0 });
        }
    }

    private static LastWord Save(Database database, LastWord word)
    {
        KeptValues.Save(database, KeptValues.LastWord, JsonSerializer.Serialize(word, ProtocolJson.Default.LastWord));
        return word;
    }

    private static List<string> List(Database database, string name) =>
        [.. (KeptValues.Find(database, name) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
