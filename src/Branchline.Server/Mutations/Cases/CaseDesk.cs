using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Store.Cases;

namespace Branchline.Server.Mutations.Cases;

/// <summary>Who decides, when, and the words that decisions have in common.</summary>
internal sealed class CaseDesk(WriteJob job, string now, RunMutation run, ShelveMutation shelve)
{
    public static PushAnswer Missing { get; } = Refuse(ErrorCodes.CaseMissing, "There is no such case");

    /// <summary>Done without a mutation.</summary>
    public static PushAnswer Done { get; } = new(string.Empty, [], null);

    public string UserId => job.Writer.UserId;

    public DeviceId Device { get; } = RestDevice.Of(job.Writer.UserId);

    public static PushAnswer Refuse(string code, string reason) => new(string.Empty, [], new PushRefusal(code, reason));

    public static PushAnswer RefuseSettled(Settlement settled) =>
        Refuse(ErrorCodes.CaseSettled, $"It was settled already: {settled.How} at {settled.At}");

    /// <summary>Done, or refused by the checks that every mutation passes.</summary>
    public static PushAnswer Tell(MutationOutcome outcome) => new(string.Empty, [outcome], null);

    public MutationOutcome Apply(Mutation mutation, ApplyOptions options) => run(mutation, options);

    /// <summary>Lays a mutation into the tray that was never judged, and writes down that it was rejected.</summary>
    public void Shelve(Mutation mutation, Objection words) => shelve(mutation, words);

    /// <summary>What this job's mutations are applied with.</summary>
    public ApplyOptions Options => job.Options;

    public Settlement Close(string how) => new(how, job.Writer.UserId, now);

    public CaseStep Step(string action) => new(action, job.Writer.UserId, now);

    public CaseStep Step(string action, MutationOutcome outcome) => Step(action) with
    {
        Mutation = outcome.Id,
        Outcome = JsonSerializer.Serialize(outcome, ProtocolJson.Default.MutationOutcome),
    };
}
