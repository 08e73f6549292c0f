using Branchline.Server.Gateway.Apps;

namespace Branchline.Server.Gateway.AppAdmin;

/// <summary>What became of an administrator's wish. These three are all there is.</summary>
internal abstract record AppOutcome
{
    private AppOutcome()
    {
    }

    /// <summary>The app as it stands; the secret only when one was made or given.</summary>
    public sealed record Saved(RealtimeApp App, string? Secret = null) : AppOutcome
    {
        /// <summary>Never shows the secret.</summary>
        public override string ToString() => App.ToString();
    }

    public sealed record Removed : AppOutcome;

    public sealed record Refused(Problem Problem) : AppOutcome;
}
