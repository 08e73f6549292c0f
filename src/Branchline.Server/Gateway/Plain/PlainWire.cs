using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Fanout;
using Branchline.Server.Gateway.Sockets;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Gateway.Plain;

/// <summary>What <c>/ws</c> and <c>/events</c> have in common: limits, goodbyes, and who hears which words.</summary>
internal sealed class PlainWire(TableReaders readers, IOptions<SocketOptions> options)
{
    private readonly OpenNames _open = new(options.Value.PublicWords);

    public static CloseReason OverCapacity { get; } = new(1013, "Too many connections (Gateway:MaxConnections); try again later");

    public static CloseReason RightsChanged { get; } = new(4401, "The session ended or its rights changed; connect again");

    public SocketRules Rules { get; } = new()
    {
        MaxMessageBytes = options.Value.MaxMessage,
        QueueBytes = options.Value.QueueBytes,
        TooBig = new CloseReason(1009, "The message is too big (Gateway:MaxMessage)"),
        TooSlow = new CloseReason(4429, "Too slow to read: more waits than Gateway:QueueBytes; connect again"),
        Restarting = new CloseReason(1012, "The server restarts; connect again"),
    };

    public int MaxConnections => options.Value.MaxConnections;

    /// <summary>The close code of a refusal: 4401 sign in, 4403 not for this role, 4400 for what is wrong in the address. The code is its text.</summary>
    public static CloseReason Refusal(Problem problem) => new(
        problem.Code switch
        {
            ErrorCodes.NotSignedIn or ErrorCodes.TokenInvalid => 4401,
            ErrorCodes.AccessDenied => 4403,
            _ => 4400,
        },
        problem.Code);

    public IEnumerable<string> TopicsFor(Listener listener) => listener.Identity is { } identity
        ? readers.WordsFor(identity).SelectMany(_ => identity.Scopes, Topic.Word)
        : readers.Words.Where(_open.Contains).Select(word => Topic.Word(word, Topic.AnyScope));

    /// <summary>The words that rows of these tables may have said to the listener; null stands for every table.</summary>
    public IEnumerable<string> WordsOf(IReadOnlyList<string>? tables, Listener listener) =>
        (listener.Identity is { } identity ? readers.WordsFor(identity) : readers.Words.Where(_open.Contains))
        .Where(word => tables is null || readers.TablesOf(word).Any(tables.Contains));
}
