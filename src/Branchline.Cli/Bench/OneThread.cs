namespace Branchline.Cli.Bench;

/// <summary>
/// Lets the runtime wait for all sockets with one thread and go on in that thread, where it can: no hop for each receive. Read by the runtime
/// when the first socket is opened; on systems where it has no meaning everything works the same, at a higher price.
/// </summary>
internal static class OneThread
{
    private const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
    private const string Threads = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    public static readonly string[] Names = [Inline, Threads];

    public static void Choose()
    {
        Environment.SetEnvironmentVariable(Inline, "1");
        Environment.SetEnvironmentVariable(Threads, "1");
    }
}
