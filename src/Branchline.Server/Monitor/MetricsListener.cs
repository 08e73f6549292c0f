using System.Net;
using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Monitor;

/// <summary>
/// Serves <c>/metrics</c> on a listener of its own, so that no public port ever does. It answers to its own address only: a page in a browser
/// that was led here by another name gets nothing. A node whose port is taken sells all the same.
/// </summary>
internal sealed partial class MetricsListener(MetricsBook book, IOptions<MetricsOptions> options, ILogger<MetricsListener> logger) : IHostedLifecycleService, IDisposable
{
    private const string Path = "/metrics";

    private HttpListener? _listener;
    private Task _serving = Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Not before the node itself listens: a start that is refused says its own reason and nothing else.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var url = options.Value.Url.TrimEnd('/');
        if (url.Length == 0)
        {
            return Task.CompletedTask;
        }

        var listener = new HttpListener();
        try
        {
            listener.Prefixes.Add(url + "/");
            listener.Start();
        }
        catch (Exception taken) when (taken is HttpListenerException or System.Net.Sockets.SocketException or ArgumentException)
        {
            LogTaken(url, taken.Message);
            listener.Close();
            return Task.CompletedTask;
        }

        book.Open();
        _listener = listener;
        _serving = Task.Run(() => ServeAsync(listener), CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _listener?.Stop();
        return _serving;
    }

    public void Dispose() => _listener?.Close();

    private async Task ServeAsync(HttpListener listener)
    {
        while (listener.IsListening)
        {
            try
            {
                await AnswerAsync(await listener.GetContextAsync());
            }
            catch (Exception failure) when (failure is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
            {
                // The node stops, or whoever asked has gone.
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        using var response = context.Response;
        if (context.Request is not { HttpMethod: "GET", Url.AbsolutePath: Path })
        {
            response.StatusCode = (int)HttpStatusCode.NotFound;
            return;
        }

        var text = Encoding.UTF8.GetBytes(book.Read());
        response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        response.ContentLength64 = text.Length;
        await response.OutputStream.WriteAsync(text);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The node's figures are not served at {Url}/metrics: {Reason}. Set Branchline:Metrics:Url to another address, or to nothing")]
    private partial void LogTaken(string url, string reason);
}
