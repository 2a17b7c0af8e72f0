using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>Ships one container's output, from where it was left to its end.</summary>
internal sealed partial class ContainerLog(
    string dockerId,
    LogConfiguration configuration,
    LogPosition saved,
    DockerEngine docker,
    DockerConnection connection,
    SignedClient client,
    AgentDataDirectory directory,
    AgentOptions options,
    TimeProvider clock,
    ILogger logger)
{
    /// <summary>Source: PutLogEvents in the CloudWatch Logs API reference.</summary>
    internal const int MaxBatchEvents = 10_000;

    internal const int MaxBatchBytes = 1_048_576;
    internal const int EventOverheadBytes = 26;

    /// <summary>Lines read ahead of what is shipped; beyond, they stay with Docker.</summary>
    private const int MaxLinesAhead = 256;

    /// <summary>
    /// How long Docker is held in the middle of its output while the store is away. Beyond, the output is let go and asked for
    /// again from the position on: of a stream that is held while files rotate, Docker passes over what is gone without a word.
    /// </summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(2);

    /// <summary>How long the next line of an event may take; then the event is taken for whole.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan MaxBatchSpan = TimeSpan.FromHours(23);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(15);

    private readonly Backoff backoff = new(FirstRetry, LongestRetry, 2, new Random());
    private LogPosition position = saved;
    private bool streamMade;

    /// <summary>Ships what the container writes until it stops. One that is started again can be shipped on.</summary>
    public async Task ShipAsync(CancellationToken cancellationToken)
    {
        if (position.Time is null)
        {
            await BeginStreamAsync(cancellationToken).ConfigureAwait(false);
        }

        var readings = new Backoff(FirstRetry, LongestRetry, 2, new Random());
        while (true)
        {
            await connection.WhenUpAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (await docker.InspectContainerAsync(dockerId, cancellationToken).ConfigureAwait(false) is not { } container)
                {
                    LogVanished(dockerId);
                    break;
                }

                // Whether it had stopped is asked before reading: only then is the end of the stream the end of it all.
                var stopped = container.State is not { Running: true };
                var isWhole = await ReadAsync(container.Config?.Tty ?? false, cancellationToken).ConfigureAwait(false);
                if (stopped && isWhole)
                {
                    break;
                }
            }
            catch (DockerException refusal)
            {
                LogUnreadable(dockerId, refusal.Message);
                await readings.WaitAsync(clock, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception broken) when (broken is DockerUnreachableException or IOException)
            {
                // Docker went away, or closed the stream: from the position on again.
                await readings.WaitAsync(clock, cancellationToken).ConfigureAwait(false);
            }
        }

    }

    /// <summary>Notes down that nothing more will come.</summary>
    public void Complete()
    {
        position = position with { IsComplete = true };
        directory.Save(dockerId, position);
    }

    /// <summary>Reads and ships side by side until the stream ends.</summary>
    /// <returns>False where it was let go before its end, for the store was away for too long.</returns>
    private async Task<bool> ReadAsync(bool isTerminal, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var letGo = CancellationTokenSource.CreateLinkedTokenSource(over.Token);
        var lines = Channel.CreateBounded<LogLine>(new BoundedChannelOptions(MaxLinesAhead) { SingleReader = true, SingleWriter = true });
        var begin = position;
        var resumed = false;
        var seen = 0; // Lines of exactly the position's time: the first ones have been shipped.
        var since = begin.Time is { } time ? new LogLine(time, "").At : (DateTimeOffset?)null;
        await using var source = await docker.LogsAsync(dockerId, since, begin.Time is { } from ? LogLine.Nanoseconds(from) : 0, cancellationToken).ConfigureAwait(false);
        var shipping = ShipAsync(lines.Reader, over, letGo);
        try
        {
            await foreach (var line in new DockerLogReader(source, isTerminal).ReadAsync(letGo.Token).ConfigureAwait(false))
            {
                if (!resumed)
                {
                    resumed = true;
                    if (begin.Time is { } left && line.Time != left)
                    {
                        // The last line that was shipped should be the first.
                        LogLost(dockerId, left, line.Time);
                        await lines.Writer.WriteAsync(new(line.Time, $"berth: output from {left} until {line.Time} is lost, for it could not be shipped in time and Docker keeps so much only"), letGo.Token).ConfigureAwait(false);
                    }
                }

                if (line.Time == begin.Time && seen < begin.Count)
                {
                    seen++;
                    continue;
                }

                await lines.Writer.WriteAsync(line, letGo.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (letGo.IsCancellationRequested && !over.IsCancellationRequested)
        {
            // What was not shipped is read again.
        }
        finally
        {
            lines.Writer.TryComplete();
            await shipping.ConfigureAwait(false);
        }

        return !letGo.IsCancellationRequested;
    }

    private async Task ShipAsync(ChannelReader<LogLine> lines, CancellationTokenSource over, CancellationTokenSource letGo)
    {
        try
        {
            var batch = new LogBatch();
            var events = new EventGathering(configuration.EventsBegin);
            while (!letGo.IsCancellationRequested && await lines.WaitToReadAsync(over.Token).ConfigureAwait(false))
            {
                // The first line has come: others have a moment to join it, unless the batch fills up before.
                using var gathering = CancellationTokenSource.CreateLinkedTokenSource(letGo.Token);
                using var timer = clock.CreateTimer(_ => gathering.Cancel(), null, options.LogFlushInterval, Timeout.InfiniteTimeSpan);
                try
                {
                    do
                    {
                        while (!letGo.IsCancellationRequested && lines.TryRead(out var line))
                        {
                            await AddAsync(batch, events.Add(line), letGo, over.Token).ConfigureAwait(false);
                        }
                    }
                    while (await lines.WaitToReadAsync(gathering.Token).ConfigureAwait(false));
                }
                catch (OperationCanceledException) when (!over.IsCancellationRequested)
                {
                    // Time to ship.
                }

                await PutAsync(batch, letGo, over.Token).ConfigureAwait(false);
                if (!letGo.IsCancellationRequested && events.IsOpen && !await GoesOnAsync(lines, over.Token).ConfigureAwait(false))
                {
                    await AddAsync(batch, events.Close(), letGo, over.Token).ConfigureAwait(false);
                    await PutAsync(batch, letGo, over.Token).ConfigureAwait(false);
                }
            }
        }
        catch
        {
            await over.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Adds an event; what comes once Docker is let go is read again, and so left out.</summary>
    private async Task AddAsync(LogBatch batch, LogEvent? whole, CancellationTokenSource letGo, CancellationToken cancellationToken)
    {
        while (whole is { } next && !letGo.IsCancellationRequested && !batch.TryAdd(next, MaxBatchSpan))
        {
            await PutAsync(batch, letGo, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether another line comes soon.</summary>
    private async Task<bool> GoesOnAsync(ChannelReader<LogLine> lines, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(Silence, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silence.Token);
        try
        {
            return await lines.WaitToReadAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task PutAsync(LogBatch batch, CancellationTokenSource letGo, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (batch.Events.Count > 0)
        {
            try
            {
                if (!streamMade)
                {
                    await MakeStreamAsync(cancellationToken).ConfigureAwait(false);
                    streamMade = true;
                }

                await CallAsync("PutLogEvents", new PutLogEventsRequest(configuration.Group, configuration.Stream, [.. batch.Events.OrderBy(line => line.Timestamp)]), AgentJson.Wire.PutLogEventsRequest, cancellationToken).ConfigureAwait(false);
                backoff.Reset();
                position = batch.PositionAfter(position);
                batch.Clear();
                directory.Save(dockerId, position);
            }
            catch (AwsCallException accepted) when (accepted.Code is "DataAlreadyAcceptedException")
            {
                position = batch.PositionAfter(position);
                batch.Clear();
            }
            catch (AwsCallException wrong) when (wrong.Code is "InvalidParameterException")
            {
                // These lines will never be taken; the ones after them may.
                LogDropped(batch.Events.Count, dockerId, wrong.Message);
                position = batch.PositionAfter(position);
                batch.Clear();
            }
            catch (Exception failure) when (failure is AwsCallException or HttpRequestException)
            {
                streamMade &= failure is not AwsCallException { Code: "ResourceNotFoundException" };
                LogFailed(dockerId, failure.Message);
                if (clock.GetElapsedTime(began) >= LongestHold)
                {
                    await letGo.CancelAsync().ConfigureAwait(false);
                }

                await backoff.WaitAsync(clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Makes the stream before there is a line for it, as Docker's own driver does: who looks for it finds it empty, not missing.</summary>
    private async Task BeginStreamAsync(CancellationToken cancellationToken)
    {
        try
        {
            await MakeStreamAsync(cancellationToken).ConfigureAwait(false);
            streamMade = true;
        }
        catch (Exception failure) when (failure is AwsCallException or HttpRequestException)
        {
            LogFailed(dockerId, failure.Message);     // The first line tries again.
        }
    }

    private async Task MakeStreamAsync(CancellationToken cancellationToken)
    {
        try
        {
            await MakeAsync("CreateLogStream", new CreateLogStreamRequest(configuration.Group, configuration.Stream), AgentJson.Wire.CreateLogStreamRequest, cancellationToken).ConfigureAwait(false);
        }
        catch (AwsCallException missing) when (missing.Code == "ResourceNotFoundException" && configuration.CreateGroup)
        {
            await MakeAsync("CreateLogGroup", new CreateLogGroupRequest(configuration.Group), AgentJson.Wire.CreateLogGroupRequest, cancellationToken).ConfigureAwait(false);
            await MakeAsync("CreateLogStream", new CreateLogStreamRequest(configuration.Group, configuration.Stream), AgentJson.Wire.CreateLogStreamRequest, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task MakeAsync<T>(string operation, T request, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync(operation, request, type, cancellationToken).ConfigureAwait(false);
        }
        catch (AwsCallException there) when (there.Code == "ResourceAlreadyExistsException")
        {
            // As wanted.
        }
    }

    private Task<EmptyResponse?> CallAsync<T>(string operation, T request, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        client.CallAsync($"Logs_20140328.{operation}", "logs", request, type, AgentJson.Wire.EmptyResponse, cancellationToken, region: configuration.Region);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Container {Container} was removed before all of its output was shipped.")]
    private partial void LogVanished(string container);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Output of container {Container} from {From} until {Until} is lost: Docker no longer has it.")]
    private partial void LogLost(string container, string from, string until);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The output of container {Container} cannot be read: {Reason}")]
    private partial void LogUnreadable(string container, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} lines of container {Container} are dropped, for the log service refuses them: {Reason}")]
    private partial void LogDropped(int count, string container, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The output of container {Container} could not be shipped and will be again: {Reason}")]
    private partial void LogFailed(string container, string reason);
}
