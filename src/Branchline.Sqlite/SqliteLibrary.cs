using System.Runtime.InteropServices;
using SQLitePCL;

namespace Branchline.Sqlite;

/// <summary>Chooses between the SQLite that ships with the program and the system's: the newer one serves.</summary>
internal static partial class SqliteLibrary
{
    private static readonly string[] SystemNames = ["libsqlite3.so.0", "libsqlite3.dylib", "winsqlite3"];
    private static readonly Lazy<string> Loaded = new(Load);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int VersionNumber();

    /// <summary>Version and origin of the library in use, for example <c>3.40.1 (system)</c>.</summary>
    public static string EnsureLoaded() => Loaded.Value;

    private static string Load()
    {
        var bundled = NativeLibrary.TryLoad(Native.Library, typeof(SQLite3Provider_e_sqlite3).Assembly, null, out var own) ? own : 0;
        var system = FindSystem();
        var useSystem = system != 0 && VersionOf(system) > VersionOf(bundled);
        var chosen = useSystem ? system : bundled;
        if (chosen == 0)
        {
            throw new DllNotFoundException("No SQLite library was found; install the system's libsqlite3");
        }

        DllImportResolver resolver = (name, _, _) => name == Native.Library ? chosen : 0;
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, resolver);
        NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, resolver);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());

        // SQLite's own count of its memory, which nobody reads, costs a lock at every allocation.
        raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
        return raw.sqlite3_libversion().utf8_to_string() + (useSystem ? " (system)" : " (bundled)");
    }

    private static nint FindSystem()
    {
        foreach (var name in SystemNames)
        {
            if (NativeLibrary.TryLoad(name, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }

    private static int VersionOf(nint library) =>
        library != 0 && NativeLibrary.TryGetExport(library, "sqlite3_libversion_number", out var export)
            ? Marshal.GetDelegateForFunctionPointer<VersionNumber>(export)()
            : 0;
}
