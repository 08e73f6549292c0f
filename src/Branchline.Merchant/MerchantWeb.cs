using System.Collections.Frozen;
using System.Reflection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace Branchline.Merchant;

/// <summary>The web app as it ships inside the program.</summary>
public static class MerchantWeb
{
    /// <summary>Its files, or null in a program that was built without the app.</summary>
    public static IFileProvider? Files { get; } = EmbeddedFiles.Under("web/", typeof(MerchantWeb).Assembly);
}

/// <summary>Files that are resources of an assembly. They never change while it runs.</summary>
internal sealed class EmbeddedFiles : IFileProvider
{
    private readonly FrozenDictionary<string, IFileInfo> _files;

    private EmbeddedFiles(FrozenDictionary<string, IFileInfo> files) => _files = files;

    public static EmbeddedFiles? Under(string prefix, Assembly assembly)
    {
        var built = File.GetLastWriteTimeUtc(Environment.ProcessPath ?? AppContext.BaseDirectory);
        var files = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(
                name => name[prefix.Length..].Replace('\\', '/'),
                IFileInfo (name) => new EmbeddedFile(assembly, name, built),
                StringComparer.Ordinal);
        return files.Count == 0 ? null : new EmbeddedFiles(files);
    }

    public IFileInfo GetFileInfo(string subpath) =>
        _files.TryGetValue(subpath.TrimStart('/'), out var file) ? file : new NotFoundFileInfo(subpath);

    public IDirectoryContents GetDirectoryContents(string subpath) => NotFoundDirectoryContents.Singleton;

    public IChangeToken Watch(string filter) => NullChangeToken.Singleton;
}

internal sealed class EmbeddedFile(Assembly assembly, string resource, DateTimeOffset built) : IFileInfo
{
    private readonly Lazy<long> _length = new(() => Open(assembly, resource).Length);

    public bool Exists => true;

    public bool IsDirectory => false;

    public DateTimeOffset LastModified => built;

    public long Length => _length.Value;

    public string Name => Path.GetFileName(resource);

    public string? PhysicalPath => null;

    public Stream CreateReadStream() => Open(assembly, resource);

    private static Stream Open(Assembly assembly, string resource) => assembly.GetManifestResourceStream(resource)!;
}
