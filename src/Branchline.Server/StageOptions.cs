using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Branchline.Server;

/// <summary>Finds the options of all stages among what they registered, and says in one sentence which is wrong.</summary>
internal static class StageOptions
{
    private const string NotOfItsKind = "Failed to convert configuration value";

    /// <summary>Throws <see cref="StartRefusedException"/> when a value is none that the setting may have.</summary>
    public static IReadOnlyList<object> Read(IServiceCollection services)
    {
        Type[] types =
        [
            .. from service in services
               where service.ServiceType.IsGenericType && service.ServiceType.GetGenericTypeDefinition() == typeof(IConfigureOptions<>)
               let options = service.ServiceType.GetGenericArguments()[0]
               where options.Assembly == typeof(StageOptions).Assembly
               select options,
        ];
        using var provider = services.BuildServiceProvider();
        try
        {
            return [.. types.Distinct().Select(type => ValueOf(type, provider))];
        }
        catch (OptionsValidationException failure)
        {
            throw new StartRefusedException($"A setting is wrong: {string.Join(' ', failure.Failures)}", failure);
        }
        catch (InvalidOperationException failure) when (failure.Message.StartsWith(NotOfItsKind, StringComparison.Ordinal))
        {
            throw new StartRefusedException($"A setting is wrong: {failure.Message}", failure);
        }
    }

    private static object ValueOf(Type type, ServiceProvider provider)
    {
        var options = provider.GetRequiredService(typeof(IOptions<>).MakeGenericType(type));
        return options.GetType().GetProperty(nameof(IOptions<>.Value))!.GetValue(options, BindingFlags.DoNotWrapExceptions, null, null, null)!;
    }
}
