using Branchline.Server.Gateway.Tables.Query;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Gateway.Tables;

/// <summary>Every table of the schema at <c>/api/TABLE</c>.</summary>
internal static class TableEndpoints
{
    extension(IServiceCollection services)
    {
        public void AddTables() => services
            .AddSingleton<RestTables>()
            .AddSingleton<DayZones>()
            .AddSingleton<TableReads>()
            .AddSingleton<SavedRows>()
            .AddSingleton<TableWrites>();
    }

    extension(IEndpointRouteBuilder routes)
    {
        public void MapTables()
        {
            var tables = routes.MapGroup("/api/{table}");
            tables.MapGet("", ListAsync);
            tables.MapGet("/{id}", FindAsync);
            tables.MapPost("", CreateAsync);
            tables.MapMethods("", [HttpMethods.Put, HttpMethods.Patch], UpdateByBodyAsync);
            tables.MapMethods("/{id}", [HttpMethods.Put, HttpMethods.Patch], UpdateAsync);
            tables.MapDelete("", DeleteByQueryAsync);
            tables.MapDelete("/{id}", DeleteAsync);
        }
    }

    private static Task<IResult> ListAsync(string table, HttpContext context, TableReads reads, CancellationToken cancellationToken) =>
        reads.ListAsync(table, context, cancellationToken);

    private static Task<IResult> FindAsync(string table, string id, HttpContext context, TableReads reads, CancellationToken cancellationToken) =>
        reads.FindAsync(table, id, context, cancellationToken);

    private static Task<IResult> CreateAsync(string table, HttpContext context, TableWrites writes, CancellationToken cancellationToken) =>
        writes.CreateAsync(table, context, cancellationToken);

    private static Task<IResult> UpdateByBodyAsync(string table, HttpContext context, TableWrites writes, CancellationToken cancellationToken) =>
        writes.UpdateAsync(table, null, context, cancellationToken);

    private static Task<IResult> UpdateAsync(string table, string id, HttpContext context, TableWrites writes, CancellationToken cancellationToken) =>
        writes.UpdateAsync(table, id, context, cancellationToken);

    private static Task<IResult> DeleteByQueryAsync(string table, string? id, HttpContext context, TableWrites writes, CancellationToken cancellationToken) =>
        writes.DeleteAsync(table, id, context, cancellationToken);

    private static Task<IResult> DeleteAsync(string table, string id, HttpContext context, TableWrites writes, CancellationToken cancellationToken) =>
        writes.DeleteAsync(table, id, context, cancellationToken);
}
