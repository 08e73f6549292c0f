using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Branchline.Server.Access;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Messages;

/// <summary>
/// Messages from person to person, for whoever is connected and whoever is not. They are on the disk before they are acknowledged;
/// who follows reads them there from the number they have, so nothing is lost by being away or by a restart.
/// </summary>
internal sealed class UserMessages(MessageDatabase database, IOptions<MessageOptions> options, TimeProvider time)
{
    private const int AtATime = 50;

    // Arrays are copied on write; an empty one stays for the next time.
    private readonly ConcurrentDictionary<string, Waker[]> _followers = new(StringComparer.Ordinal);

    public MessageOptions Options => options.Value;

    /// <summary>The message's number.</summary>
    public long Send(string userId, Identity from, string body)
    {
        var no = database.Insert(userId, new StoredMessage(0, time.GetUtcNow(), from.UserId, from.Name, body), options.Value);
        foreach (var follower in _followers.GetValueOrDefault(userId, []))
        {
            follower.Wake(hasNews: true);
        }

        return no;
    }

    /// <summary>A person's messages after a number, and those to come. Ends by its token only.</summary>
    public async IAsyncEnumerable<StoredMessage> FollowAsync(
        string userId, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var follower = new Waker();
        _followers.AddOrUpdate(userId, _ => [follower], (_, others) => [.. others, follower]);
        try
        {
            while (true)
            {
                var messages = database.After(userId, after, AtATime);
                foreach (var message in messages)
                {
                    yield return message;
                    after = message.No;
                }

                if (messages.Count < AtATime)
                {
                    await follower.WaitAsync(cancellationToken);
                }
            }
        }
        finally
        {
            _followers.AddOrUpdate(userId, _ => [], (_, others) => [.. others.Where(other => other != follower)]);
        }
    }
}
