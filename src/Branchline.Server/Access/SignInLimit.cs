using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Access;

/// <summary>
/// Counts failed sign-ins by e-mail and by network address. An attempt is counted before the password is looked at and
/// taken back when it was right, so that many attempts at once count, too.
/// </summary>
internal sealed class SignInLimit(IOptions<AccessOptions> options, TimeProvider time)
{
    private const int RoomBeforePruning = 10_000;

    private readonly ConcurrentDictionary<string, Queue<DateTimeOffset>> _failures = new(StringComparer.Ordinal);

    /// <summary>Null when the attempt may go on; otherwise how long to wait.</summary>
    public TimeSpan? Begin(string email, string address)
    {
        Prune();
        return Count(EmailKey(email), options.Value.FailuresPerEmail) is { } wait
            ? wait
            : Count(AddressKey(address), options.Value.FailuresPerAddress);
    }

    /// <summary>The password was right: its owner starts from nought, and the address is not charged.</summary>
    public void Succeeded(string email, string address)
    {
        _failures.TryRemove(EmailKey(email), out _);
        if (_failures.TryGetValue(AddressKey(address), out var failures))
        {
            lock (failures)
            {
                failures.TryDequeue(out _);
            }
        }
    }

    private TimeSpan? Count(string key, int limit)
    {
        var now = time.GetUtcNow();
        var failures = _failures.GetOrAdd(key, static _ => new Queue<DateTimeOffset>());
        lock (failures)
        {
            Expire(failures, now);
            if (failures.Count >= limit)
            {
                return failures.Peek() + options.Value.FailureWindow - now;
            }

            failures.Enqueue(now);
            return null;
        }
    }

    private void Expire(Queue<DateTimeOffset> failures, DateTimeOffset now)
    {
        while (failures.TryPeek(out var oldest) && now - oldest >= options.Value.FailureWindow)
        {
            failures.Dequeue();
        }
    }

    private void Prune()
    {
        if (_failures.Count < RoomBeforePruning)
        {
            return;
        }

        var now = time.GetUtcNow();
        foreach (var (key, failures) in _failures)
        {
            lock (failures)
            {
                Expire(failures, now);
                if (failures.Count == 0)
                {
                    _failures.TryRemove(new KeyValuePair<string, Queue<DateTimeOffset>>(key, failures));
                }
            }
        }
    }

    private static string EmailKey(string email) => "email " + AccessDatabase.EmailKey(email);

    private static string AddressKey(string address) => "address " + address;
}
