using System.Security.Cryptography;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Store.Cases;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations.Cases;

/// <summary>
/// A tray entry waits until its mutation is applied or given up:
/// <code>
///   waiting ── resend, applied or merged ─► resolved
///    ▲   └──── discard ───────────────────► discarded
///    └── resend, rejected: the newest reason counts
/// </code>
/// </summary>
internal sealed class TrayDecisions(SqliteStore store)
{
    private readonly CaseTables _cases = new(store);

    /// <summary>
    /// The id comes from the entry and the try, so a call sent twice is applied once. The mutation keeps the time at which it was
    /// made: a sale stays on its day and before a count, and what was written since stays newer.
    /// </summary>
    public PushAnswer Resend(CaseDecision.Resend resend, CaseDesk desk)
    {
        if (CaseRows.FindTray(store.Writer, resend.Id) is not { } entry)
        {
            return CaseDesk.Missing;
        }

        if (entry.Settled is { How: Settlement.Discarded } discarded)
        {
            return CaseDesk.RefuseSettled(discarded);
        }

        var wish = resend.Writes is null ? entry.Sent : entry.Sent with { Writes = resend.Writes };
        var words = JsonSerializer.Serialize(wish, ProtocolJson.Default.Mutation);
        var id = DerivedId.Of($"{store.Epoch} tray {entry.Id} {entry.Attempts + 1}");
        var mutation = wish with { Device = desk.Device, N = 0, Id = id, At = wish.At with { Device = desk.Device } };
        var outcome = desk.Apply(mutation, desk.Options with { Digest = DigestOf(words) });
        if (entry.Settled is { } resolved)
        {
            // Sent twice it is known by its id; other writes than those that were applied come too late.
            return outcome is MutationOutcome.AlreadyApplied ? CaseDesk.Tell(outcome) : CaseDesk.RefuseSettled(resolved);
        }

        _cases.Note(CaseKind.Tray, entry.Id, desk.Step("resend", outcome) with { Sent = resend.Writes is null ? null : words });
        if (outcome is MutationOutcome.Rejected rejected)
        {
            _cases.Reject(entry.Id, rejected);
        }
        else
        {
            _cases.Settle(CaseKind.Tray, entry.Id, desk.Close(Settlement.Resolved));
        }

        return CaseDesk.Tell(outcome);
    }

    /// <summary>Given up twice is given up; what was applied is not given up any longer.</summary>
    public PushAnswer Discard(CaseDecision.Discard discard, CaseDesk desk)
    {
        if (CaseRows.FindTray(store.Writer, discard.Id) is not { } entry)
        {
            return CaseDesk.Missing;
        }

        if (entry.Settled is { } settled)
        {
            return settled.How == Settlement.Discarded ? CaseDesk.Done : CaseDesk.RefuseSettled(settled);
        }

        _cases.Settle(CaseKind.Tray, entry.Id, desk.Close(Settlement.Discarded));
        _cases.Note(CaseKind.Tray, entry.Id, desk.Step("discard") with { Note = discard.Why });
        return CaseDesk.Done;
    }

    private static string DigestOf(string words) =>
        Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(words)));
}
