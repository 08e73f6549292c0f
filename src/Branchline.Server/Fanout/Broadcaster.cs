using System.Collections.Concurrent;

namespace Branchline.Server.Fanout;

/// <summary>
/// Carries frames to whoever subscribed to a topic. Topics are text: <see cref="Topic"/> makes them.
/// Written by the gateway on subscribe and close; read by whoever publishes.
/// </summary>
internal sealed class Broadcaster
{
    // Arrays are copied on write; an empty one is removed.
    private readonly ConcurrentDictionary<string, Subscriber[]> _topics = new(StringComparer.Ordinal);

    public void Subscribe(string topic, Subscriber subscriber) =>
        _topics.AddOrUpdate(
            topic,
            static (_, added) => [added],
            static (_, current, added) => current.Contains(added) ? current : [.. current, added],
            subscriber);

    public void Unsubscribe(string topic, Subscriber subscriber)
    {
        while (_topics.TryGetValue(topic, out var current))
        {
            Subscriber[] rest = [.. current.Where(other => other != subscriber)];
            var done = rest.Length == 0
                ? _topics.TryRemove(new KeyValuePair<string, Subscriber[]>(topic, current))
                : _topics.TryUpdate(topic, rest, current);
            if (done)
            {
                return;
            }
        }
    }

    /// <summary>Whether encoding a frame for the topic is worth while.</summary>
    public bool HasSubscribers(string topic) => _topics.ContainsKey(topic);

    /// <summary>How many subscribers the topic has.</summary>
    public int Count(string topic) => _topics.TryGetValue(topic, out var subscribers) ? subscribers.Length : 0;

    /// <summary>Sends one message to every subscriber of the topic; it has been taken by each when this returns.</summary>
    public void Publish(string topic, ReadOnlyMemory<byte> text)
    {
        if (!_topics.TryGetValue(topic, out var subscribers))
        {
            return;
        }

        var frame = TextFrame.Encode(text.Span);
        foreach (var subscriber in subscribers)
        {
            subscriber.Send(frame);
        }
    }
}
