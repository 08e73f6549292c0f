using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Branchline.Server.Gateway.OpenApi;

/// <summary>The description of the REST API, for whoever is signed in.</summary>
internal static class OpenApiEndpoint
{
    extension(IServiceCollection services)
    {
        public void AddOpenApiDocument() => services.AddSingleton<OpenApiDocument>();
    }

    extension(IEndpointRouteBuilder routes)
    {
        public void MapOpenApiDocument() => routes.MapGet("/openapi.json", Describe);
    }

    private static FileContentHttpResult Describe(OpenApiDocument document) =>
        TypedResults.Bytes(document.Json, "application/json; charset=utf-8", entityTag: new EntityTagHeaderValue($"\"{document.Version}\""));
}
