namespace Branchline.Server.Feed.ReadyFiles;

/// <summary>A file while it is sent to somebody: it stays until the lease is given back.</summary>
internal sealed class ReadyFileLease(ReadyFile file, ReadyForm form, Action<ReadyFile> giveBack) : IDisposable
{
    private int _isGivenBack;

    public ReadyFile File => file;

    /// <summary>The form in which it is sent.</summary>
    public ReadyForm Form { get; set; } = form;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isGivenBack, 1) == 0)
        {
            giveBack(file);
        }
    }
}
