using Berth.Engine;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Berth.Host;

/// <summary>Cuts events that a snapshot covers once they are old enough, so that the journal does not grow without bound.</summary>
internal sealed partial class JournalUpkeep(IJournal journal, TimeProvider clock, ILogger<JournalUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                foreach (var stream in await journal.ListAsync("", stoppingToken).ConfigureAwait(false))
                {
                    var cut = await journal.CutAsync(stream, clock.GetUtcNow() - Kept, stoppingToken).ConfigureAwait(false);
                    if (cut > 0)
                    {
                        LogCut(stream.Value, cut);
                    }
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} old events of {Stream} were cut")]
    private partial void LogCut(string stream, long count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old events could not be cut; tried again in an hour")]
    private partial void LogFailed(Exception failure);
}
