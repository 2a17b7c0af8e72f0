using System.Text;
using Berth.Wire;
using Microsoft.Extensions.Logging;

namespace Berth.Agent;

/// <summary>
/// Ships transcripts of sessions that are over, as the role of their task: one after another, and again while a service is away.
/// </summary>
internal sealed partial class TranscriptShipping(TranscriptStore store, SignedClient client, AgentOptions options, TimeProvider clock, ILogger logger)
{
    /// <summary>A longer line becomes several events. What is not UTF-8 grows threefold, and even then is below what an event may have.</summary>
    private const int MostEventBytes = 80_000;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(500), LongestRetry = TimeSpan.FromMinutes(1);

    private readonly Backoff backoff = new(FirstRetry, LongestRetry, 2, new Random());

    /// <summary>Runs until cancelled; what is not shipped by then is left to the next agent.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        store.TakeUpLeftovers();
        while (true)
        {
            var pending = await store.NextAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await ShipAsync(pending, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception lost)
            {
                cancellationToken.ThrowIfCancellationRequested();
                LogLost(pending.SessionId, lost.Message);     // It cannot be read, or that is a defect: the next one may do better.
            }

            store.Remove(pending);
        }
    }

    /// <summary>Whether the destination may be written to: one that must be encrypted is asked whether it is.</summary>
    /// <returns>What the client is told where it may not; null where it may.</returns>
    public async Task<string?> RefusalAsync(SessionLogging? wanted, RoleCredentials? role, CancellationToken cancellationToken)
    {
        if (wanted is not { Logging: "OVERRIDE", LogConfiguration: { } own })
        {
            return null;
        }

        if (own is { CloudWatchEncryptionEnabled: true, CloudWatchLogGroupName: { Length: > 0 } name })
        {
            try
            {
                var found = await client.CallAsync(
                    "Logs_20140328.DescribeLogGroups", "logs", new DescribeLogGroupsRequest(name), AgentJson.Wire.DescribeLogGroupsRequest, AgentJson.Wire.DescribeLogGroupsResponse, cancellationToken, credentials: KeyOf(role)).ConfigureAwait(false);
                if (found?.LogGroups?.FirstOrDefault(group => group.LogGroupName == name)?.KmsKeyId is not { Length: > 0 })
                {
                    return "We couldn't start the session because encryption is not set up on the selected CloudWatch Logs log group. Either encrypt the log group or choose an option to enable logging without encryption.";
                }
            }
            catch (Exception failure) when (failure is AwsCallException or HttpRequestException)
            {
                return $"Couldn't start the session because we are unable to validate encryption on CloudWatch Logs log group. Error: {failure.Message}";
            }
        }

        // The buckets there are have no encryption of their own.
        return own is { S3EncryptionEnabled: true, S3BucketName.Length: > 0 }
            ? "We couldn't start the session because encryption is not set up on the selected Amazon S3 bucket. Either encrypt the bucket or choose an option to enable logging without encryption."
            : null;
    }

    private AwsCredentials KeyOf(RoleCredentials? role) =>
        role is { AccessKeyId: { } access, SecretAccessKey: { } secret } ? new(access, secret, role.SessionToken) : options.Credentials;

    private async Task ShipAsync(PendingTranscript pending, CancellationToken cancellationToken)
    {
        var (content, writtenAt) = await store.ReadAsync(pending, cancellationToken).ConfigureAwait(false);
        if (pending.Destination is { Bucket: { } bucket, Key: { } name } && !pending.HasObject)
        {
            if (await TriedAsync(pending, key => client.PutObjectAsync(bucket, name, content, key, cancellationToken), cancellationToken).ConfigureAwait(false))
            {
                pending = pending with { HasObject = true };
                store.Save(pending);
            }
        }

        if (pending.Destination is not { LogGroup: { } group, LogStream: { } stream } destination
            || !await TriedAsync(pending, key => MakeStreamAsync(group, stream, destination.Region, key, cancellationToken), cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        foreach (var events in Batches(content, pending.ShippedLines, writtenAt))
        {
            var request = new PutLogEventsRequest(group, stream, [.. events.Where(line => line.Message.Length > 0)]);
            if (request.LogEvents.Count > 0
                && !await TriedAsync(pending, key => CallAsync("PutLogEvents", request, AgentJson.Wire.PutLogEventsRequest, destination.Region, key, cancellationToken), cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            pending = pending with { ShippedLines = pending.ShippedLines + events.Count };
            store.Save(pending);
        }
    }

    /// <summary>The lines from one on, in parts that a call takes. An empty line is no event, but is counted.</summary>
    private static IEnumerable<List<InputLogEvent>> Batches(byte[] content, int from, DateTimeOffset at)
    {
        List<InputLogEvent> batch = [];
        var (bytes, line) = (0, 0);
        for (var start = 0; start < content.Length;)
        {
            var rest = content.AsSpan(start);
            var end = rest[..Math.Min(rest.Length, MostEventBytes)].IndexOf((byte)'\n');
            var length = end >= 0 ? end : Math.Min(rest.Length, MostEventBytes);
            start += end >= 0 ? end + 1 : length;
            if (line++ < from)
            {
                continue;
            }

            var text = Encoding.UTF8.GetString(content, start - length - (end >= 0 ? 1 : 0), length).TrimEnd('\r');
            var size = Encoding.UTF8.GetByteCount(text) + ContainerLog.EventOverheadBytes;
            if (batch.Count == ContainerLog.MaxBatchEvents || bytes + size > ContainerLog.MaxBatchBytes)
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(new(at.ToUnixTimeMilliseconds(), text));
            bytes += size;
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private async Task MakeStreamAsync(string group, string stream, string? region, AwsCredentials key, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync("CreateLogStream", new CreateLogStreamRequest(group, stream), AgentJson.Wire.CreateLogStreamRequest, region, key, cancellationToken).ConfigureAwait(false);
        }
        catch (AwsCallException there) when (there.Code == "ResourceAlreadyExistsException")
        {
            // Made by an earlier try.
        }
    }

    private Task<EmptyResponse?> CallAsync<T>(string operation, T request, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string? region, AwsCredentials key, CancellationToken cancellationToken) =>
        client.CallAsync($"Logs_20140328.{operation}", "logs", request, type, AgentJson.Wire.EmptyResponse, cancellationToken, region: region, credentials: key);

    /// <summary>Makes a call until it succeeds.</summary>
    /// <returns>False where it never will.</returns>
    private async Task<bool> TriedAsync(PendingTranscript pending, Func<AwsCredentials, Task> call, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await call(KeyOf(store.KeyOf(pending))).ConfigureAwait(false);
                backoff.Reset();
                return true;
            }
            catch (AwsCallException refusal) when (!refusal.IsTransient)
            {
                LogLost(pending.SessionId, refusal.Message);
                return false;
            }
            catch (Exception failure) when (failure is AwsCallException or HttpRequestException)
            {
                LogFailed(pending.SessionId, failure.Message);
                await backoff.WaitAsync(clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The transcript of session {Session} could not be shipped and will be again: {Reason}")]
    private partial void LogFailed(string session, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The transcript of session {Session} is lost: {Reason}")]
    private partial void LogLost(string session, string reason);
}
