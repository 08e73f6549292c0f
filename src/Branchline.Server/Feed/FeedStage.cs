using Branchline.Server.Feed.Events;
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
            builder.Services.AddSingleton<RowFeed>();
        }
    }
}
