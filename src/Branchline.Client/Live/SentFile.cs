namespace Branchline.Client.Live;

/// <summary>
/// A ready file as the node sends it. <paramref name="Mark"/> is null when it is the rest of the one that was begun, and <paramref name="Body"/> when
/// nothing of that is missing.
/// </summary>
internal sealed record SentFile(HttpResponseMessage Response, ReadyMark? Mark, Stream? Body) : IDisposable
{
    public void Dispose() => Response.Dispose();
}
