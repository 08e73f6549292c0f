namespace Branchline.Server.Gateway.Webhooks;

/// <summary>How it goes with one endpoint.</summary>
internal sealed record WebhookState(string AppId, string Url)
{
    /// <summary>Events that wait to be told.</summary>
    public int Waiting { get; init; }

    /// <summary>Events it took since the node started.</summary>
    public long Delivered { get; init; }

    /// <summary>Events given up, or without room to wait, since the node started.</summary>
    public long Lost { get; init; }

    public DateTimeOffset? LastSuccess { get; init; }

    public DateTimeOffset? LastFailure { get; init; }

    /// <summary>Why it did not take the last call it did not take.</summary>
    public string? LastReason { get; init; }

    /// <summary>Failures without a success in between.</summary>
    public int Failures { get; init; }

    /// <summary>The first of these failures, once they are enough to call it dead.</summary>
    public DateTimeOffset? DeadSince { get; init; }
}
