using System.Text.Json.Serialization;
using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Feed.Checksums;
using Branchline.Server.Mutations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Branchline.Server.Gateway.Sync;

/// <summary><c>POST /api/compare</c>: a node compared with itself, for administrators and <c>branchline compare</c>.</summary>
internal static class CountEndpoint
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapCount() => routes.MapPost("/api/compare", CountAsync).WithTags("Sync")
            .RequireAuthorization(new AuthorizeAttribute { Roles = Roles.Admin });
    }

    private static async Task<JsonHttpResult<CountReply>> CountAsync(
        bool? fix, OwnCount count, ScopeSums sums, ChecksumMeter meter, Upkeep upkeep, CancellationToken cancellationToken)
    {
        var result = await count.CountAsync(cancellationToken);
        meter.Found(result.WrongChecksums.Count);
        if (fix == true && result.WrongChecksums.Count > 0)
        {
            await upkeep.WriteAsync(() => sums.Correct(result.WrongChecksums), cancellationToken);
        }

        var reply = new CountReply(result.Checksums, [.. result.WrongChecksums.Select(Spell)], result.Sums, [.. result.WrongSums.Select(Spell)], fix == true);
        return TypedResults.Json(reply, CountJson.Default.CountReply);
    }

    private static WrongChecksumReply Spell(WrongChecksum wrong) =>
        new(wrong.Scope, wrong.Table, RowChecksum.Format(wrong.Kept), RowChecksum.Format(wrong.Counted));

    private static WrongSumReply Spell(WrongSum wrong) => new(wrong.Table, wrong.Id, wrong.Field, wrong.Kept, wrong.Counted);
}

/// <summary>How many checksums and sums of ledgers were counted, and those that are kept otherwise. Fixed: the checksums are right now.</summary>
internal sealed record CountReply(
    long Checksums, IReadOnlyList<WrongChecksumReply> WrongChecksums, long Sums, IReadOnlyList<WrongSumReply> WrongSums, bool Fixed);

internal sealed record WrongChecksumReply(string Scope, string Table, string Kept, string Counted);

internal sealed record WrongSumReply(string Table, Guid Id, string Field, decimal Kept, decimal Counted);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CountReply))]
internal sealed partial class CountJson : JsonSerializerContext;
