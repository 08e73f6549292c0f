using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Mutations;

/// <summary>
/// Finds two devices under one id (a copied browser profile, a restored backup): each push gets a new token, and the next push
/// must bring it, or the one that push brought when its reply was lost.
/// </summary>
internal sealed class Incarnations(IdSource ids)
{
    /// <summary>Why the push cannot be taken, or null.</summary>
    public static PushRefusal? Refuse(OutcomeBook book, WriteJob job)
    {
        var first = job.Mutations[0];
        var state = book.Device(first.Device);
        if (first.N > state.LastN + 1)
        {
            return new PushRefusal(
                ErrorCodes.NumberGap, $"Expected mutation number {state.LastN + 1} from this device", state.LastN + 1);
        }

        var isKnown = state.LastN == 0 || job.Incarnation == state.Incarnation || job.Incarnation == state.Previous;
        return isKnown && job.Mutations.All(mutation => IsSame(book, state, mutation))
            ? null
            : new PushRefusal(ErrorCodes.DeviceCloned, "Another device uses this id: take a new device id and number from 1");
    }

    /// <summary>The token for the next push. The one just brought stays good: however many replies are lost, it is what the device holds.</summary>
    public string Rotate(OutcomeBook book, DeviceId device, WriteJob job)
    {
        var next = ids.Next().ToString("N")[20..];
        var state = book.Device(device);
        book.Change(state with { Incarnation = next, Previous = job.Incarnation }, job.Writer);
        return next;
    }

    private static bool IsSame(OutcomeBook book, DeviceState state, Mutation mutation) =>
        mutation.N > state.LastN || book.FindByNumber(state.Device, mutation.N) is not { } known || known.Id == mutation.Id;
}
