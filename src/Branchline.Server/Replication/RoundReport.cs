using Branchline.Protocol;

namespace Branchline.Server.Replication;

/// <summary>What one round did.</summary>
internal sealed class RoundReport(string id, string master, DateTimeOffset startedAt)
{
    public string Id => id;

    public string Master => master;

    public DateTimeOffset StartedAt => startedAt;

    public TimeSpan Took { get; set; }

    public int Applied { get; private set; }

    public int Merged { get; private set; }

    public int Refused { get; private set; }

    public int Changes { get; set; }

    public int Rows { get; set; }

    /// <summary>Scopes whose checksum differed and that were loaded anew.</summary>
    public int Repaired { get; set; }

    /// <summary>What went wrong, by lane; <c>line</c> stands for all of them.</summary>
    public Dictionary<string, string> Errors { get; } = new(StringComparer.Ordinal);

    public bool IsQuiet => Applied + Merged + Refused + Changes + Rows + Repaired == 0 && Errors.Count == 0;

    /// <summary>As it was written down.</summary>
    public static RoundReport Of(string master, StoredRound stored)
    {
        var report = new RoundReport(stored.Id, master, stored.StartedAt)
        {
            Took = TimeSpan.FromTicks(stored.Ticks),
            Applied = stored.Applied,
            Merged = stored.Merged,
            Refused = stored.Refused,
            Changes = stored.Changes,
            Rows = stored.Rows,
            Repaired = stored.Repaired,
        };
        foreach (var (lane, error) in stored.Errors)
        {
            report.Errors[lane] = error;
        }

        return report;
    }

    /// <summary>To be written down.</summary>
    public StoredRound Store() => new(Id, StartedAt, Took.Ticks, Applied, Merged, Refused, Changes, Rows, Repaired, new Dictionary<string, string>(Errors));

    /// <summary>Rows were offered, and of them some were passed over.</summary>
    public void Offer(int rows, int passed) => (Merged, Refused) = (Merged + rows - passed, Refused + passed);

    public void Count(IEnumerable<MutationOutcome> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            (Applied, Merged, Refused) = outcome switch
            {
                MutationOutcome.Rejected => (Applied, Merged, Refused + 1),
                MutationOutcome.Merged => (Applied, Merged + 1, Refused),
                _ => (Applied + 1, Merged, Refused),
            };
        }
    }
}
