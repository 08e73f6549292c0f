using Branchline.Server;

namespace Branchline.Tests;

/// <summary>Fresh ids for rows and mutations of tests.</summary>
internal static class NewId
{
    private static readonly IdSource Source = new(TimeProvider.System);

    public static Guid Next() => Source.Next();
}
