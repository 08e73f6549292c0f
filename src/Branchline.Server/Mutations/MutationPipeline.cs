using Branchline.Protocol;

namespace Branchline.Server.Mutations;

/// <summary>The only way a row changes: device, REST call and branch all come through here.</summary>
public sealed class MutationPipeline
{
    /// <summary>
    /// Answers after the commit. A mutation with n = 0 gets its device's next number.
    /// Throws <see cref="StoreUnavailableException"/> when the store cannot write; nothing was applied then.
    /// </summary>
    public Task<MutationOutcome> ApplyAsync(
        Mutation mutation, Writer writer, ApplyOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
