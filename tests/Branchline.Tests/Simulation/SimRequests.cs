using System.Net;
using System.Threading.Channels;

namespace Branchline.Tests.Simulation;

/// <summary>A question by HTTP.</summary>
internal sealed record SimQuestion(string Path, IReadOnlyDictionary<string, string> Query, byte[] Body);

/// <summary>What the node says to it.</summary>
internal sealed record SimReply(HttpStatusCode Status, byte[] Body);

/// <summary>A question that waits for its answer.</summary>
internal sealed class SimRequest(SimQuestion question)
{
    private readonly TaskCompletionSource<HttpResponseMessage> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SimQuestion Question => question;

    public Task<HttpResponseMessage> Answered => _answered.Task;

    public void Answer(SimReply reply) =>
        _answered.TrySetResult(new HttpResponseMessage(reply.Status) { Content = new ByteArrayContent(reply.Body) });

    public void Fail() => _answered.TrySetException(new HttpRequestException("The line is dead"));
}

/// <summary>Takes a client's requests out of its hands: the world carries them.</summary>
internal sealed class SimRequests : HttpMessageHandler
{
    private readonly Channel<SimRequest> _asked = Channel.CreateUnbounded<SimRequest>();

    public Task<SimRequest> NextAsync() => _asked.Reader.ReadAsync().AsTask();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(cancellationToken) : [];
        var query = request.RequestUri!.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]), StringComparer.Ordinal);
        var asked = new SimRequest(new SimQuestion(request.RequestUri.AbsolutePath, query, body));
        _asked.Writer.TryWrite(asked);
        return await asked.Answered.WaitAsync(cancellationToken);
    }
}
