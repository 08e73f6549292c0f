using Branchline.Protocol.Schema;
using Branchline.Server.Store.Backups;
using Branchline.Server.Store.Cases;
using Branchline.Server.Store.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Store;

/// <summary>Wires the stage. The database is opened while the node is put together, so that a damaged one is told before anything listens.</summary>
internal static class StoreStage
{
    extension(WebApplicationBuilder builder)
    {
        public void AddStore(BusinessSchema schema, string file, TimeProvider time)
        {
            var store = Open(schema, file, time);
            builder.Services.AddSingleton(schema);

            // Made by a factory so that the container closes it.
            builder.Services.AddSingleton(_ => store);
            builder.Services.AddSingleton<RowReader>();
            builder.Services.AddSingleton<DeviceNumbers>();
            builder.Services.AddSingleton<CaseReader>();
        }

        public void AddBackups()
        {
            builder.Services.AddOptions<BackupOptions>().BindConfiguration(BackupOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            builder.Services.AddSingleton<Backups.Backups>();
        }
    }

    private static SqliteStore Open(BusinessSchema schema, string file, TimeProvider time)
    {
        try
        {
            return SqliteStore.Open(file, schema, new IdSource(time), time);
        }
        catch (MigrationNeededException needed)
        {
            throw new StartRefusedException(
                $"The schema drops or narrows what {file} holds, so nothing was changed:\n{needed.Describe()}\n"
                + "Run `branchline migrate --apply` to do it (a copy of the file is made first), or put the schema back");
        }
        catch (SqliteFailure failure) when (failure.IsDamaged)
        {
            throw new StartRefusedException(
                $"The database file {file} is damaged or not a SQLite database ({failure.Message}); restore it from a backup or choose another data directory");
        }
        catch (SqliteFailure failure) when (failure.IsUnavailable)
        {
            throw new StartRefusedException($"The database file {file} cannot be opened for writing: {failure.Message}");
        }
    }
}
