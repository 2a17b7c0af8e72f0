using System.Net;
using Berth.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Berth.Logs.Tests;

/// <summary>A log store in a directory of its own, with the API's operations on it and a clock that stands still.</summary>
internal sealed class LogsOnDisk : IAsyncDisposable
{
    public const string GroupName = "/ecs/web";

    private readonly LogsOptions options;

    private LogsOnDisk(LogsOptions options)
    {
        this.options = options;
        Store = LogStore.Open(options, Clock, NullLogger.Instance);
    }

    public static DateTimeOffset Noon { get; } = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public static RequestContext Caller { get; } = new()
    {
        AccountId = "000000000000",
        Region = "us-east-1",
        PrincipalArn = "arn:aws:iam::000000000000:root",
        AccessKeyId = "AKIATEST",
        RequestId = "request",
        Authority = "127.0.0.1",
        Scheme = "http",
        RemoteAddress = IPAddress.Loopback,
    };

    public static LogGroupId GroupId { get; } = new(Caller.AccountId, Caller.Region, GroupName);

    public FakeTimeProvider Clock { get; } = new(Noon);

    public LogStore Store { get; private set; }

    public LogGroup Group => Store.Find(GroupId);

    public long Now => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    public string Directory => options.Directory;

    public string GroupDirectory => Path.GetDirectoryName(
        System.IO.Directory.EnumerateFiles(Directory, LogGroup.SettingsFileName, SearchOption.AllDirectories).Single())!;

    public static async Task<LogsOnDisk> CreateAsync(
        long mostLogBytes = 64 << 20,
        int mostLogBlocks = 65_536,
        long mostScannedBytes = 64 << 20,
        int mostOpenFiles = 256,
        params string[] streams)
    {
        var logs = new LogsOnDisk(new LogsOptions
        {
            Directory = System.IO.Directory.CreateTempSubdirectory("berth-logs-").FullName,
            MostLogBytes = mostLogBytes,
            MostLogBlocks = mostLogBlocks,
            MostScannedBytes = mostScannedBytes,
            MostOpenFiles = mostOpenFiles,
        });
        await CallAsync(new CreateLogGroup(logs.Store, logs.Clock), new(GroupName, null, null, null, null));
        foreach (var stream in streams)
        {
            await logs.CreateStreamAsync(stream);
        }

        return logs;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>Closes the store, lets the test change the files, and opens it again.</summary>
    public async Task ReopenAsync(Action? meanwhile = null)
    {
        await Store.DisposeAsync();
        meanwhile?.Invoke();
        Store = LogStore.Open(options, Clock, NullLogger.Instance);
    }

    public Task CreateStreamAsync(string stream) => CallAsync(new CreateLogStream(Store), new(GroupName, stream));

    public Task<PutLogEvents.Response> PutAsync(string stream, params (long Timestamp, string Message)[] events) => CallAsync(
        new PutLogEvents(Store, Clock),
        new(GroupName, stream, [.. events.Select(item => new PutLogEvents.InputLogEvent(item.Timestamp, item.Message))], null, null));

    public Task<GetLogEvents.Response> GetAsync(
        string stream, bool? startFromHead = null, string? nextToken = null, int? limit = null, long? startTime = null, long? endTime = null) =>
        CallAsync(new GetLogEvents(Store), new(GroupName, null, stream, startTime, endTime, nextToken, limit, startFromHead, null));

    /// <summary>Every message of a stream from its beginning.</summary>
    public async Task<List<string>> MessagesAsync(string stream)
    {
        var messages = new List<string>();
        for (var page = await GetAsync(stream, startFromHead: true); page.Events.Count > 0; page = await GetAsync(stream, nextToken: page.NextForwardToken))
        {
            messages.AddRange(page.Events.Select(found => found.Message));
        }

        return messages;
    }

    public Task<FilterLogEvents.Response> FilterAsync(
        string? pattern = null,
        string? prefix = null,
        string[]? streams = null,
        int? limit = null,
        string? nextToken = null,
        bool? startFromHead = null,
        long? startTime = null,
        long? endTime = null) => CallAsync(
            new FilterLogEvents(Store),
            new(GroupName, null, streams, prefix, startTime, endTime, pattern, nextToken, limit, startFromHead, null, null));

    public static async Task<TResponse> CallAsync<TRequest, TResponse>(IOperation<TRequest, TResponse> operation, TRequest request) =>
        await operation.HandleAsync(request, Caller, TestContext.Current.CancellationToken);

    /// <summary>The code and message that a call is refused with.</summary>
    public static async Task<(string Code, string Message)> RefusalAsync(Func<Task> call)
    {
        var refusal = await Should.ThrowAsync<AwsException>(call);
        return (refusal.Code, refusal.Message);
    }
}
