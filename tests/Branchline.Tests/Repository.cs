namespace Branchline.Tests;

/// <summary>The files of the repository that a test reads.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string ReadText(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static byte[] ReadBytes(string path) => File.ReadAllBytes(Path.Combine(Root, path));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Branchline.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run inside the repository");
    }
}
