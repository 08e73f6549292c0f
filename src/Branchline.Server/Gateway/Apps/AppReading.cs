using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Branchline.Server.Gateway.Apps;

/// <summary>What became of reading an app's settings. These two are all there is.</summary>
internal abstract partial record AppReading
{
    private AppReading()
    {
    }

    public sealed record Good(AppSettings Settings) : AppReading;

    /// <summary>One sentence: the setting and what is wrong with it.</summary>
    public sealed record Wrong(string Setting, string Reason) : AppReading
    {
        /// <summary>The setting as JSON names it: <c>limits.maxBatch</c>.</summary>
        public string Member => string.Join('.', Setting.Split(':').Select(name => name.Length == 0 ? name : char.ToLowerInvariant(name[0]) + name[1..]));
    }

    /// <summary>Reads what is set over what holds otherwise: limits and switches of the business's own app hold for further ones, too.</summary>
    public static AppReading Read(IConfiguration section, AppSettings otherwise)
    {
        var settings = new AppSettings
        {
            ClientEvents = otherwise.ClientEvents,
            SubscriptionCount = otherwise.SubscriptionCount,
            Limits = otherwise.Limits with { },
        };
        try
        {
            section.Bind(settings);
        }
        catch (InvalidOperationException failure)
        {
            // Failed to convert configuration value 'many' at 'Branchline:App:Limits:MaxBatch' to type 'System.Int32'.
            var path = Path().Match(failure.Message).Groups[1].Value;
            var above = section is IConfigurationSection { Path: { } own } ? own + ":" : "";
            return new Wrong(path.StartsWith(above, StringComparison.Ordinal) ? path[above.Length..] : path, "The value is not of the setting's kind");
        }

        return (AppReading?)Objection(settings) ?? new Good(settings);
    }

    private static Wrong? Objection(AppSettings settings)
    {
        (string Name, object Part)[] parts =
        [
            ("", settings),
            (nameof(AppSettings.Limits), settings.Limits),
            .. settings.Webhooks.Select((webhook, index) => ($"{nameof(AppSettings.Webhooks)}:{index}", (object)webhook)),
        ];
        foreach (var (name, part) in parts)
        {
            var failures = new List<ValidationResult>();
            if (!Validator.TryValidateObject(part, new ValidationContext(part), failures, validateAllProperties: true))
            {
                var member = failures[0].MemberNames.FirstOrDefault() ?? "";
                var reason = failures[0].ErrorMessage ?? throw new UnreachableException();
                return new Wrong(name.Length == 0 ? member : $"{name}:{member}", reason);
            }
        }

        return null;
    }

    [GeneratedRegex("' at '([^']+)' to type")]
    private static partial Regex Path();
}
