using System.Text.Json;
using Branchline.Client.Store;
using Branchline.Protocol;

namespace Branchline.Client.Outgoing;

/// <summary>What head office said last, without the refusals, which are in the tray.</summary>
internal static class KeptWord
{
    public static LastWord? Find(Database database) =>
        KeptValues.Find(database, KeptValues.LastWord) is { } word ? JsonSerializer.Deserialize(word, ProtocolJson.Default.LastWord) : null;

    /// <summary>Answers what is kept of it.</summary>
    public static LastWord? Keep(Database database, LastWord? word, DateTimeOffset now)
    {
        if (word is null)
        {
            KeptValues.Remove(database, KeptValues.LastWord);
            return null;
        }

        foreach (var (mutation, outcome, _) in word.Refused)
        {
            TrayTable.Keep(database, mutation, (MutationOutcome.Rejected)outcome, now);
        }

        var kept = word with { Refused = [] };
        KeptValues.Save(database, KeptValues.LastWord, JsonSerializer.Serialize(kept, ProtocolJson.Default.LastWord));
        return kept;
    }
}
