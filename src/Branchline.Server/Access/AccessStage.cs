using Branchline.Server.Access.Control;
using Branchline.Server.Fanout;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Access;

/// <summary>Wires the stage. Everything is closed to whoever is not signed in, unless an endpoint says <c>AllowAnonymous()</c>.</summary>
internal static class AccessStage
{
    extension(WebApplicationBuilder builder)
    {
        public void AddAccess()
        {
            var services = builder.Services;
            services.AddOptions<AccessOptions>().BindConfiguration(AccessOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            services.AddAccessCore();
            services.AddSingleton<SignIn>();
            services.AddSingleton<SignInLimit>();
            services.AddSingleton<SessionCookie>();
            services.AddSingleton<Origins>();
            services.AddSingleton<ControlToken>();
            services.AddHostedService<ControlPresence>();
            services.AddHostedService<SessionKeeper>();
            services.AddSingleton<BranchWatch>();
            services.AddSingleton<Dialect>(provider => provider.GetRequiredService<BranchWatch>());
            services.AddHostedService(provider => provider.GetRequiredService<BranchWatch>());
            services.AddWebEncoders();
            services.AddTransient<TokenAuthentication>();
            services.AddAuthenticationCore(authentication =>
            {
                authentication.DefaultScheme = TokenAuthentication.SchemeName;
                authentication.AddScheme<TokenAuthentication>(TokenAuthentication.SchemeName, null);
            });
            services.AddAuthorizationBuilder()
                .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        }
    }

    extension(IServiceCollection services)
    {
        private void AddAccessCore()
        {
            services.AddSingleton(provider => new AccessDatabase(provider.GetRequiredService<DataDirectory>().DatabaseFile));
            services.AddSingleton<Branches>();
            services.AddSingleton<Sessions>();
            services.AddSingleton<Passwords>();
            services.AddSingleton(provider => new Users(
                provider.GetRequiredService<AccessDatabase>(),
                provider.GetRequiredService<Sessions>(),
                provider.GetRequiredService<Passwords>(),
                provider.GetRequiredService<IdSource>(),
                provider.GetRequiredService<IOptions<AccessOptions>>()));
        }
    }

    extension(WebApplication app)
    {
        public void UseAccess()
        {
            app.UseAuthentication();
            app.UseMiddleware<CookieGuard>();
            app.UseAuthorization();
        }
    }
}
