using System.Reflection;

namespace Branchline.Merchant;

/// <summary>The shop's schema files as they ship inside the program. <c>--schema DIR</c> puts others in their place.</summary>
public static class MerchantSchema
{
    /// <summary>Text by file name: <c>catalog.yaml</c> and its kin.</summary>
    public static IReadOnlyDictionary<string, string> Files { get; } = Read(typeof(MerchantSchema).Assembly);

    private static SortedDictionary<string, string> Read(Assembly assembly)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".yaml", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var reader = new StreamReader(stream);
            files[name] = reader.ReadToEnd();
        }

        return files;
    }
}
