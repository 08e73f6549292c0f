using Branchline.Server.Feed.Checksums;
using Branchline.Server.Feed.Compaction;
using Branchline.Server.Feed.Events;
using Branchline.Server.Feed.ReadyFiles;
using Branchline.Server.Feed.Snapshots;
using Branchline.Server.Store.Sqlite;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Server.Feed;

/// <summary>Wires the stage.</summary>
internal static class FeedStage
{
    extension(WebApplicationBuilder builder)
    {
        public void AddFeed()
        {
            builder.Services.AddSingleton<ReaderEpochs>();
            builder.Services.AddSingleton<FeedMarks>();
            builder.Services.AddSingleton<ChangeFeed>();
            builder.Services.AddSingleton<FeedReader>();
            builder.Services.AddSingleton<EventHistory>();
            builder.Services.AddSingleton<SnapshotReader>();
            builder.Services.AddSingleton<SnapshotShelf>();
            builder.Services.AddSingleton<RowFeed>();
            builder.Services.AddSingleton<ScopeSums>();
            builder.Services.AddSingleton<ReaderSums>();
            builder.Services.AddSingleton<RangeComparison>();
            builder.Services.AddSingleton<ChecksumMeter>();
            builder.Services.AddSingleton<OwnCount>();
            builder.AddCompaction();
            builder.AddReadyFiles();
        }

        private void AddReadyFiles()
        {
            builder.Services.AddSingleton<ReadyFileFolder>();
            builder.Services.AddSingleton<ReadyFileMaker>();
            builder.Services.AddSingleton<ReadyFileMeter>();
            builder.Services.AddSingleton<ReadyFileShelf>();
            builder.Services.AddHostedService<ReadyFileSweep>();
        }

        private void AddCompaction()
        {
            builder.Services.AddOptions<FeedOptions>().BindConfiguration(FeedOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            builder.Services.AddSingleton<Reservations>();
            builder.Services.AddSingleton<ReaderPlaces>();
            builder.Services.AddSingleton<FeedFloor>();
            builder.Services.AddSingleton<LogTrimming>();
            builder.Services.AddSingleton<LogFolding>();
            builder.Services.AddSingleton<LogLeavings>();
            builder.Services.AddSingleton<KeptLog>();
        }
    }
}
