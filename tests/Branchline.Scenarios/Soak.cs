namespace Branchline.Scenarios;

/// <summary><c>make soak</c>, which has the time that <c>make test</c> has not.</summary>
internal static class Soak
{
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("SOAK_MINUTES") is not null;
}
