using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Gateway.Tables.Query;
using Branchline.Server.Store;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Tables;

/// <summary>Lists and single rows, never one outside the caller's scopes.</summary>
internal sealed class TableReads(RestTables tables, RowReader rows, DayZones zones)
{
    public async Task<IResult> ListAsync(string route, HttpContext context, CancellationToken cancellationToken)
    {
        var identity = context.RequireIdentity();
        if (tables.OpenToRead(route, identity, out var table) is { } refusal)
        {
            return refusal;
        }

        var zone = await zones.FindAsync(table, context.Request.Query, identity, cancellationToken);
        var parameters = new ListParameters(table) { Zone = zone };
        if (parameters.Read(context.Request.Query) is { } problem)
        {
            return problem;
        }

        if (parameters.ToQuery(identity.Scopes) is not { } query)
        {
            return Problems.ForField(
                ErrorCodes.ParameterInvalid, ListParameters.After, "The list was not asked for in this order before",
                "Follow the Link header as it was given, with the same sort");
        }

        var found = await rows.QueryAsync(query, cancellationToken);
        if (found.Count <= parameters.Limit)
        {
            return new RowsResult(found, parameters.Columns);
        }

        context.Response.Headers.Link = NextPage.Link(context.Request, KeysetToken.Encode(parameters.Sort, found[parameters.Limit - 1]));
        return new RowsResult(found.Take(parameters.Limit), parameters.Columns);
    }

    public async Task<IResult> FindAsync(string route, string id, HttpContext context, CancellationToken cancellationToken)
    {
        var identity = context.RequireIdentity();
        if (tables.OpenToRead(route, identity, out var table) is { } refusal)
        {
            return refusal;
        }

        var parameters = new ListParameters(table);
        if (parameters.ReadFields(context.Request.Query) is { } problem)
        {
            return problem;
        }

        if (!Guid.TryParseExact(id, "D", out var rowId)
            || await rows.FindAsync(table.Schema, rowId, identity.Scopes, cancellationToken) is not { } row)
        {
            return table.Missing(id);
        }

        if (!RowVersion.IsHeld(context.Request.Headers.IfNoneMatch, row.Version))
        {
            return new RowResult(row, parameters.Columns);
        }

        context.Response.Headers.ETag = RowVersion.ToTag(row.Version);
        return TypedResults.StatusCode(StatusCodes.Status304NotModified);
    }
}
