using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Berth.Agent.Tests;

/// <summary>What is kept of a session, and how it gets to where it belongs.</summary>
public sealed class ATranscript : IDisposable
{
    private const string Session = "ecs-execute-command-0123456789abcdef0";

    private static readonly TranscriptDestination Everywhere = new() { LogGroup = "audit", LogStream = Session, Bucket = "bucket", Key = $"some/prefix/{Session}.log" };

    private readonly string folder = Directory.CreateTempSubdirectory("berth-transcript-").FullName;
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Has_what_was_shown_between_a_first_and_a_last_line()
    {
        using var transcript = Begin();
        transcript.Write("one\r\ntwo"u8);
        clock.Advance(TimeSpan.FromSeconds(61));
        transcript.End(exitCode: 3);
        transcript.End(exitCode: null);

        File.ReadAllText(FilePath).ShouldBe("Script started on 2026-01-01 12:00:00+00:00 [COMMAND=\"sh\"]\none\r\ntwo\nScript done on 2026-01-01 12:01:01+00:00 [COMMAND_EXIT_CODE=\"3\"]\n");
        transcript.LostBytes.ShouldBe(0);
    }

    [Theory]
    [InlineData(1 << 30, Transcript.MostBytes)]    // As large as one may be.
    [InlineData(5_000_000, 5_000_000)]             // What all of them may take is taken.
    public void Says_how_much_had_no_room(int room, int kept)
    {
        using var transcript = Begin(new TranscriptRoom(room));
        for (var at = 0; at < 10; at++)
        {
            transcript.Write(new byte[1 << 20]);
        }

        transcript.End(exitCode: 0);

        // The first line takes of the room too.
        transcript.LostBytes.ShouldBeInRange((10 << 20) - kept, (10 << 20) - kept + 100);
        File.ReadAllText(FilePath).ShouldContain($"\nberth: {transcript.LostBytes} bytes of output are missing here\nScript done on ");
        new FileInfo(FilePath).Length.ShouldBeInRange(kept, kept + 250);
    }

    [Fact]
    public void Of_a_full_disk_is_lost_and_counted_and_that_is_all()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "This needs Linux.");
        using var transcript = new Transcript("/dev/full", "sh", new TranscriptRoom(1 << 20), clock);

        transcript.Write(new byte[10_000]);
        transcript.Write(new byte[5]);
        transcript.End(exitCode: 0);

        transcript.LostBytes.ShouldBe(10_005);
    }

    [Fact]
    public async Task Arrives_whole_as_its_task_s_role_once_the_services_are_back_and_by_another_agent()
    {
        await using var backend = await FakeBackend.StartAsync();
        var (away, refused) = (true, 0);
        var (objects, batches) = (0, 0);
        backend.Intercept = (operation, _) =>
        {
            // The object is refused the first time, and all log events but the first call's, which is ten thousand lines.
            var refuses = Volatile.Read(ref away) && operation switch { "PutObject" => objects++ == 0, "PutLogEvents" => batches++ > 0, _ => false };
            Interlocked.Add(ref refused, refuses ? 1 : 0);
            return refuses ? (500, new JsonObject { ["__type"] = "ServiceUnavailableException" }) : null;
        };
        var role = new RoleCredentials { CredentialsId = "id", AccessKeyId = backend.RoleKey.AccessKeyId, SecretAccessKey = backend.RoleKey.SecretAccessKey, SessionToken = backend.RoleKey.SessionToken };
        var roles = new RoleCredentialsStore();
        var store = new TranscriptStore(folder, roles, TimeProvider.System, NullLogger.Instance);
        var (transcript, pending) = store.Begin(Everywhere, role, Session, "seq").ShouldNotBeNull();
        transcript.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 25_000).Select(number => $"{number}\r\n\n"))));
        transcript.Write([.. Enumerable.Repeat((byte)'x', 100_000), 0xFF, (byte)'\n']);
        store.Finish(transcript, pending);

        // 1. Away: asked now and then. The agent ends, and with it the task, and its keys.
        using (var end = new CancellationTokenSource())
        {
            var shipping = Shipping(backend, store).RunAsync(end.Token);
            await backend.UntilAsync(() => Volatile.Read(ref refused) > 2);
            await end.CancelAsync();
            await shipping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        // 2. Back, with another agent, that has been told of the role.
        Volatile.Write(ref away, false);
        roles.Put(role);
        var next = new TranscriptStore(folder, roles, TimeProvider.System, NullLogger.Instance);
        using (var end = new CancellationTokenSource())
        {
            var shipping = Shipping(backend, next).RunAsync(end.Token);
            await Machine.UntilAsync(() => Task.FromResult(Directory.GetFiles(folder).Length == 0));
            await end.CancelAsync();
            await shipping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        var lines = backend.AcceptedLogLines(Session);
        lines[0].ShouldEndWith("[COMMAND=\"seq\"]");
        lines.Skip(1).Take(25_000).ShouldBe(Enumerable.Range(1, 25_000).Select(number => $"{number}"));
        lines.Skip(25_001).Take(2).Select(line => line.Length).ShouldBe([80_000, 20_001]);
        lines[^1].ShouldStartWith("Script done on ");
        lines.Length.ShouldBe(25_004);
        backend.Objects[$"bucket/some/prefix/{Session}.log"].ShouldStartWith("Script started on ");
        backend.SignedBy["PutObject"].ShouldBe(backend.RoleKey.AccessKeyId);
        backend.SignedBy["PutLogEvents"].ShouldBe(backend.RoleKey.AccessKeyId);
        backend.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task That_can_never_arrive_stands_in_no_other_s_way()
    {
        await using var backend = await FakeBackend.StartAsync();
        backend.Intercept = (operation, request) => operation == "CreateLogStream" && (string?)request["logGroupName"] == "audit" ? (400, new JsonObject { ["__type"] = "ResourceNotFoundException" }) : null;
        var store = new TranscriptStore(folder, new RoleCredentialsStore(), TimeProvider.System, NullLogger.Instance);
        foreach (var group in new[] { "audit", "other" })
        {
            var (transcript, pending) = store.Begin(new() { LogGroup = group, LogStream = group, Key = "" }, null, $"{Session}{group}", "sh").ShouldNotBeNull();
            transcript.Write("seen"u8);
            store.Finish(transcript, pending);
        }

        using var end = new CancellationTokenSource();
        var shipping = Shipping(backend, store).RunAsync(end.Token);
        await Machine.UntilAsync(() => Task.FromResult(Directory.GetFiles(folder).Length == 0));
        await end.CancelAsync();
        await shipping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        backend.AcceptedLogLines("other").ShouldContain("seen");
        backend.AcceptedLogLines("audit").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"cloudWatchLogGroupName":"open","cloudWatchEncryptionEnabled":true}""", "on the selected CloudWatch Logs log group.")]
    [InlineData("""{"cloudWatchLogGroupName":"sealed","cloudWatchEncryptionEnabled":true}""", null)]
    [InlineData("""{"cloudWatchLogGroupName":"open"}""", null)]
    [InlineData("""{"s3BucketName":"bucket","s3EncryptionEnabled":true}""", "on the selected Amazon S3 bucket.")]
    public async Task That_must_be_encrypted_and_would_not_be_keeps_the_session_from_beginning(string configuration, string? refusal)
    {
        await using var backend = await FakeBackend.StartAsync();
        backend.Intercept = (operation, request) => operation != "DescribeLogGroups" ? null : (200, JsonNode.Parse(
            """{"logGroups":[{"logGroupName":"open"},{"logGroupName":"sealed","kmsKeyId":"key"}]}""")!.AsObject());
        var wanted = new SessionLogging { Logging = "OVERRIDE", LogConfiguration = System.Text.Json.JsonSerializer.Deserialize(configuration, AgentJson.Wire.SessionLogConfiguration) };

        var said = await Shipping(backend, new(folder, new(), clock, NullLogger.Instance)).RefusalAsync(wanted, null, TestContext.Current.CancellationToken);

        (said is null).ShouldBe(refusal is null);
        (said ?? "").ShouldContain(refusal ?? "");
    }

    private string FilePath => Path.Combine(folder, "transcript");

    private Transcript Begin(TranscriptRoom? room = null) => new(FilePath, "sh", room ?? new(1 << 20), clock);

    private TranscriptShipping Shipping(FakeBackend backend, TranscriptStore store)
    {
        var options = new AgentOptions { Endpoint = backend.Address, Credentials = backend.Key, DataDirectory = folder };
        return new(store, new SignedClient(options, new SignatureClock(TimeProvider.System)), options, TimeProvider.System, NullLogger.Instance);
    }
}
