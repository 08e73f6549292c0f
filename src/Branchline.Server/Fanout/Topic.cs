namespace Branchline.Server.Fanout;

/// <summary>The names under which frames are published. One wire, one channel and one scope make one topic.</summary>
internal static class Topic
{
    /// <summary>Stands for every scope: an operator opened the channel to anybody.</summary>
    public const string AnyScope = "*";

    /// <summary>Pages of a scope for <c>/sync/live</c>, without the tables that the role may not read.</summary>
    public static string Sync(string scope, string role) => "sync\n" + role + "\n" + scope;

    /// <summary>One word of <c>/ws</c>, as far as it comes from rows of a scope.</summary>
    public static string Word(string word, string scope) => "word\n" + word + "\n" + scope;
}
