using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Fanout;
using Branchline.Server.Feed;
using Branchline.Server.Gateway.Messages;
using Branchline.Server.Gateway.Sockets;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Plain;

/// <summary><c>GET /events</c>: what <c>/ws</c> says, as server-sent events; a reader that comes back says where it stood.</summary>
internal sealed class EventStreams(
    LiveSockets wires, Broadcaster broadcaster, PlainWire wire, RowParameters parameters, RowStreams streams, WordsMissed missed, UserMessages messages)
{
    private const string LastEventId = "Last-Event-ID";

    public async Task ServeAsync(HttpContext context, TimeProvider time)
    {
        if (context.Features.Get<SignedIn>() is not { Credential: Credential.Cookie })
        {
            context.Response.Headers.AccessControlAllowOrigin = "*";
        }

        var listener = Listener.Of(context);
        RowQuestion? question = null;
        if (RowParameters.AreIn(context.Request.Query)
            && parameters.Read(context.Request.Query, listener.Identity, out question) is { } problem)
        {
            await problem.ExecuteAsync(context);
            return;
        }

        var known = EventPlace.Of(context.Request.Headers[LastEventId].ToString(), context.Request.Query);
        var stream = new EventStream(context, wire.Rules, () => missed.Cursor, time);
        using var watch = new SessionWatch(stream, PlainWire.RightsChanged);
        watch.Add(listener);
        if (wires.Count >= wire.MaxConnections)
        {
            stream.Close(PlainWire.OverCapacity);
        }

        wires.Add(stream);
        try
        {
            await (question is null
                ? ServeWordsAsync(stream, listener, known.Cursor, context.RequestAborted)
                : ServeRowsAsync(stream, (question, listener.Identity!.UserId), known, context.RequestAborted));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The reader went.
        }
        finally
        {
            wires.Remove(stream);
        }
    }

    private async Task ServeWordsAsync(EventStream stream, Listener listener, string? known, CancellationToken cancellationToken)
    {
        string[] topics = [.. wire.TopicsFor(listener)];
        var cursor = missed.Cursor;
        foreach (var topic in topics)
        {
            broadcaster.Subscribe(topic, stream);
        }

        try
        {
            foreach (var word in known is null ? [] : await missed.SinceAsync(known, listener, cancellationToken))
            {
                stream.Say(System.Text.Encoding.UTF8.GetBytes(word), cursor);
            }

            stream.Place(cursor);
            await stream.RunAsync();
        }
        finally
        {
            foreach (var topic in topics)
            {
                broadcaster.Unsubscribe(topic, stream);
            }
        }
    }

    private async Task ServeRowsAsync(EventStream stream, (RowQuestion Question, string UserId) asked, EventPlace place, CancellationToken aborted)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        var following = Task.WhenAll(
            FollowAsync(stream, RowsAsync(stream, streams.Join(asked.Question), place, over.Token)),
            FollowAsync(stream, MessagesAsync(stream, asked.UserId, place, over.Token)));
        try
        {
            await stream.RunAsync();
        }
        finally
        {
            await over.CancelAsync();
            await following;
            streams.Leave(asked.Question);
        }
    }

    private static async Task RowsAsync(EventStream stream, RowStream rows, EventPlace place, CancellationToken cancellationToken)
    {
        await foreach (var page in rows.FollowAsync(place.Cursor, cancellationToken))
        {
            foreach (var message in page.Where(message => !message.IsHeartbeat))
            {
                place.Say(stream, message);
                await stream.WhenSentAsync(cancellationToken);
            }
        }
    }

    private async Task MessagesAsync(EventStream stream, string userId, EventPlace place, CancellationToken cancellationToken)
    {
        if (place.No is { } after)
        {
            await foreach (var message in messages.FollowAsync(userId, after, cancellationToken))
            {
                place.Say(stream, message);
                await stream.WhenSentAsync(cancellationToken);
            }
        }
    }

    private static async Task FollowAsync(EventStream stream, Task following)
    {
        try
        {
            await following;
        }
        catch (OperationCanceledException)
        {
            // The reader went.
        }
        catch
        {
            stream.Close(CloseReason.Internal);
            throw;
        }
    }
}

/// <summary>The words a reader missed. A word says "reload", so one too many is harmless, and the log need not know which writes said one.</summary>
internal sealed class WordsMissed(RowFeed feed, PlainWire wire, Delivered delivered, FeedMarks marks, ReaderEpochs epochs)
{
    /// <summary>Where readers stand that heard everything until here.</summary>
    public string Cursor => new Cursor(epochs.Log, delivered.Seq).ToString();

    public async Task<IReadOnlyList<string>> SinceAsync(string cursor, Listener listener, CancellationToken cancellationToken)
    {
        if (!Protocol.Cursor.TryParse(cursor, out var known) || known.Epoch != epochs.Log || known.Seq > marks.Head || marks.IsExpired(known.Seq))
        {
            return [.. wire.WordsOf(null, listener)];
        }

        var tables = await feed.TablesSinceAsync(known.Seq, listener.Identity?.Scopes, cancellationToken);
        return [.. wire.WordsOf(tables, listener)];
    }
}
