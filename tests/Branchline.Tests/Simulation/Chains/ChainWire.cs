using Microsoft.AspNetCore.Http;

namespace Branchline.Tests.Simulation.Chains;

/// <summary>The asker's process ended in the middle of a round.</summary>
internal sealed class AskerDiedException() : Exception("The process ended");

/// <summary>The lines between the nodes of a chain: questions are lost, answers are lost, and now and then the asker is.</summary>
internal sealed class ChainWire(World world, Func<string, ChainNode> find)
{
    private readonly HashSet<(string, string)> _cut = [];

    /// <summary>How often a question or an answer is lost.</summary>
    public double Lost { get; set; }

    /// <summary>How often the asker dies with the answer in its hand.</summary>
    public double Deadly { get; set; }

    public void Cut(string one, string other) => _cut.Add((one, other));

    public void Mend()
    {
        (Lost, Deadly) = (0, 0);
        _cut.Clear();
    }

    public HttpMessageHandler For(ChainNode asker) => new Line(this, asker);

    private async Task<HttpResponseMessage> CarryAsync(ChainNode asker, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var node = find(request.RequestUri!.Host);
        if (!node.IsUp || world.Chance(Lost) || _cut.Contains((asker.Name, node.Name)))
        {
            throw new HttpRequestException("The question was lost");
        }

        var context = new DefaultHttpContext();
        context.Request.Method = request.Method.Method;
        context.Request.Path = request.RequestUri.AbsolutePath;
        foreach (var header in request.Headers)
        {
            context.Request.Headers[header.Key] = header.Value.ToArray();
        }

        context.Request.Body = new MemoryStream(await request.Content!.ReadAsByteArrayAsync(cancellationToken));
        using var body = new MemoryStream();
        context.Response.Body = body;
        await node.ServeAsync(context);
        if (world.Chance(Deadly))
        {
            throw new AskerDiedException();
        }

        if (world.Chance(Lost))
        {
            throw new HttpRequestException("The answer was lost");
        }

        var response = new HttpResponseMessage((System.Net.HttpStatusCode)context.Response.StatusCode) { Content = new ByteArrayContent(body.ToArray()) };
        foreach (var header in context.Response.Headers.Where(header => header.Key.StartsWith("Branchline", StringComparison.Ordinal)))
        {
            response.Headers.TryAddWithoutValidation(header.Key, header.Value.ToArray());
        }

        return response;
    }

    private sealed class Line(ChainWire wire, ChainNode asker) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            wire.CarryAsync(asker, request, cancellationToken);
    }
}
