using Branchline.Server.Gateway.Missed;
using Microsoft.Extensions.Options;

namespace Branchline.Tests.Gateway.Missed;

/// <summary>A node's memory of its own for each test.</summary>
internal static class Remembered
{
    public static MissedTotal Total(MissedOptions options, TimeProvider time) => new(Options.Create(options), time);

    public static MissedShare Share(MissedOptions options, TimeProvider time) => Total(options, time).Open(() => { });
}
