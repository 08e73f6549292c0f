namespace Branchline.Server.Access;

/// <summary>Every branch there is: what an admin belongs to. Written by whoever watches the branch rows; read on each sign-in.</summary>
internal sealed class Branches
{
    private volatile IReadOnlyList<string> _all = [];

    /// <summary>Raised after the list changed.</summary>
    public event Action? Changed;

    public IReadOnlyList<string> All => _all;

    public void Replace(IReadOnlyList<string> ids)
    {
        if (!_all.SequenceEqual(ids))
        {
            _all = ids;
            Changed?.Invoke();
        }
    }
}
