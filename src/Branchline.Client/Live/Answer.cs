namespace Branchline.Client.Live;

/// <summary>Why the node did not do what was asked.</summary>
internal sealed record Refusal(int Status, string Code, string Message, bool IsTransient, long? Expected)
{
    /// <summary>The queue waits for a sign-in; nothing is wrong with what is in it.</summary>
    public bool IsAboutSignIn => Status is 401 or 403;

    /// <summary>The same request would be refused again.</summary>
    public bool IsForGood => !IsTransient && !IsAboutSignIn;
}

/// <summary>
/// What became of a request: a value, a refusal, or neither when there was no answer, or one that is not the node's (a hotel's
/// sign-in page).
/// </summary>
internal readonly record struct Answer<T>(T? Value, Refusal? Refusal)
    where T : class
{
    public static Answer<T> Unreachable => default;

    public bool IsUnreachable => Value is null && Refusal is null;

    public static Answer<T> Of(T value) => new(value, null);

    public static Answer<T> Refused(Refusal refusal) => new(null, refusal);

    /// <summary>The same for a caller who asked for more.</summary>
    public Answer<TOther> As<TOther>()
        where TOther : class => new(null, Refusal);
}
