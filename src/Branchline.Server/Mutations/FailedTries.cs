namespace Branchline.Server.Mutations;

/// <summary>How often a pushed mutation failed for an unexpected reason. Kept in memory by the commit loop's thread.</summary>
internal sealed class FailedTries
{
    private const int MostTries = 5;
    private const int MostMutations = 1000;
    private readonly Dictionary<Guid, int> _tries = [];

    /// <summary>The number of the try that just failed.</summary>
    public int Next(Guid mutation) => _tries.GetValueOrDefault(mutation) + 1;

    public static bool IsLast(int tries) => tries >= MostTries;

    public void Keep(Guid mutation, int tries)
    {
        // Mutations that nobody sends again must not pile up; forgetting costs a few more tries.
        if (_tries.Count >= MostMutations)
        {
            _tries.Clear();
        }

        _tries[mutation] = tries;
    }

    public void Forget(Guid mutation) => _tries.Remove(mutation);
}
