using Branchline.Protocol;
using Branchline.Server.Store.Cases;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations.Cases;

/// <summary>
/// What a device does not get through with comes to the tray: an entry that is there gets the note, a mutation that the node never judged gets an
/// entry, whole. What the node has applied needs nobody. Done twice it is done once.
/// </summary>
internal sealed class HandOvers(SqliteStore store)
{
    private readonly CaseTables _cases = new(store);
    private readonly DeviceTable _devices = new(store);

    public PushAnswer Take(CaseDecision.HandOver given, CaseDesk desk)
    {
        var isImport = given.Note.Action == CaseNote.Import;
        var entry = CaseRows.FindTrayOf(store.Writer, given.Mutation.Id);
        if (!isImport && !IsOwn(given.Mutation, entry, desk.UserId))
        {
            return CaseDesk.Refuse(ErrorCodes.AccessDenied, "A person hands over what was made on a device of their own");
        }

        if (entry is { Settled: not null } || (entry is not null && isImport) || (entry is null && _devices.FindById(given.Mutation.Id) is not null))
        {
            return CaseDesk.Done;
        }

        if (entry is null)
        {
            desk.Shelve(given.Mutation, given.Words);
            entry = CaseRows.FindTrayOf(store.Writer, given.Mutation.Id)!;
        }

        var step = desk.Step(given.Note.Action) with { Note = given.Note.Text };
        if (!CaseRows.ListSteps(store.Writer, CaseKind.Tray, entry.Id).Any(known => (known.Action, known.By, known.Note) == (step.Action, step.By, step.Note)))
        {
            _cases.Note(CaseKind.Tray, entry.Id, step);
        }

        return CaseDesk.Done;
    }

    /// <summary>What they sent, or what a device made that is theirs or that the node never heard of.</summary>
    private bool IsOwn(Mutation mutation, StoredTray? entry, string userId) => entry is null
        ? new[] { mutation.Device, mutation.At.Device }.All(device => _devices.FindUser(device) is not { } user || user == userId)
        : entry.UserId == userId || _devices.FindUser(entry.Sent.At.Device) == userId;
}
