using System.Text;
using Branchline.Server.Feed;
using Branchline.Server.Feed.Events;

namespace Branchline.Server.Fanout;

/// <summary>
/// The words of <c>/ws</c>. A word says "reload", so one commit says it once per scope, however many rows it changed.
/// </summary>
internal sealed class PlainWords : Dialect
{
    public override void Announce(CommittedBatch batch, Broadcaster broadcaster)
    {
        HashSet<(string Word, string Scope)> said = [];
        HashSet<string> saidOpenly = [];
        foreach (var change in batch.Changes)
        {
            foreach (var rule in change.Table.Events)
            {
                if (rule.Word is null || !change.Causes(rule) || !said.Add((rule.Word, change.Scope)))
                {
                    continue;
                }

                Say(rule.Word, change.Scope, broadcaster);
                if (saidOpenly.Add(rule.Word))
                {
                    Say(rule.Word, Topic.AnyScope, broadcaster);
                }
            }
        }
    }

    private static void Say(string word, string scope, Broadcaster broadcaster)
    {
        var topic = Topic.Word(word, scope);
        if (broadcaster.HasSubscribers(topic))
        {
            broadcaster.Publish(topic, Encoding.UTF8.GetBytes(word));
        }
    }
}
