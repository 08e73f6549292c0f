using Branchline.Server.Fanout;

namespace Branchline.Server.Gateway.Webhooks;

/// <summary>
/// Holds what may be taken back in a moment: a vacated channel that is occupied again, a member who returns. Both are then
/// left out, so the backend's picture stays right. Repeated cache misses are told once. Used by one loop; the time is that since its start.
/// </summary>
internal sealed class Settling(WebhookOptions options, Action<Happenings.Posted> tell)
{
    private const int MostHeld = 100_000;

    // All are held equally long, so the first is the next that is due.
    private readonly LinkedList<Held> _held = new();
    private readonly Dictionary<Subject, LinkedListNode<Held>> _bySubject = [];
    private readonly Dictionary<Subject, TimeSpan> _missedAt = [];
    private readonly Queue<(Subject Subject, TimeSpan At)> _misses = new();

    private readonly record struct Subject(string AppId, string Channel, string? UserId);

    private sealed record Held(Subject Subject, Happenings.Posted Posted, TimeSpan Due);

    /// <summary>When the next one is to be told, if any is held.</summary>
    public TimeSpan? NextDue => _held.First?.Value.Due;

    public void Take(Happenings.Posted posted, TimeSpan now)
    {
        Release(now);
        switch (posted.Happening)
        {
            case ChannelHappening.Vacated:
                Hold(SubjectOf(posted), posted, now);
                break;
            case ChannelHappening.MemberRemoved removed:
                Hold(SubjectOf(posted, removed.UserId), posted, now);
                break;
            case ChannelHappening.Occupied when TakeBack(SubjectOf(posted)):
                break;
            case ChannelHappening.MemberAdded added when TakeBack(SubjectOf(posted, added.UserId)):
                break;
            case ChannelHappening.CacheMiss when WasJustMissed(SubjectOf(posted), now):
                break;
            default:
                tell(posted);
                break;
        }
    }

    /// <summary>Tells what was held long enough.</summary>
    public void Release(TimeSpan now)
    {
        while (_held.First is { } first && (first.Value.Due <= now || _held.Count > MostHeld))
        {
            _held.RemoveFirst();
            _bySubject.Remove(first.Value.Subject);
            tell(first.Value.Posted);
        }
    }

    private static Subject SubjectOf(Happenings.Posted posted, string? userId = null) => new(posted.AppId, posted.Happening.Channel, userId);

    private void Hold(Subject subject, Happenings.Posted posted, TimeSpan now)
    {
        if (!_bySubject.ContainsKey(subject))
        {
            _bySubject[subject] = _held.AddLast(new Held(subject, posted, now + options.HoldTime));
            Release(now);
        }
    }

    private bool TakeBack(Subject subject)
    {
        if (!_bySubject.Remove(subject, out var held))
        {
            return false;
        }

        _held.Remove(held);
        return true;
    }

    private bool WasJustMissed(Subject subject, TimeSpan now)
    {
        while (_misses.TryPeek(out var oldest) && now - oldest.At >= options.CacheMissQuiet)
        {
            _misses.Dequeue();
            _missedAt.Remove(oldest.Subject);
        }

        if (!_missedAt.TryAdd(subject, now))
        {
            return true;
        }

        _misses.Enqueue((subject, now));
        return false;
    }
}
