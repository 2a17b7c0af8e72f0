using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Berth.Agent.Tests;

/// <summary>The registry stands still, says no, or is slow. The agent's time is the test's, so that minutes do not last.</summary>
public sealed class PullingFromABadRegistry(Engine engine) : IDisposable
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"berth-pulling-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_layer_that_stands_still_is_asked_for_five_times_a_minute_each()
    {
        await using var registry = await StartAsync();
        registry.Trouble = async (http, content, gone) =>
        {
            if (!http.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal))
            {
                return false;
            }

            http.Response.ContentLength = content.Length;
            await http.Response.Body.WriteAsync(content.AsMemory(0, content.Length / 2), gone);    // The rest never comes.
            await http.Response.Body.FlushAsync(gone);
            return await BadRegistry.HoldAsync(gone);
        };

        var (failure, waited) = await FailAsync(registry, options => options with { ImagePullBeginTimeout = TimeSpan.FromHours(1) });

        failure.Message.ShouldBe("CannotPullContainerError: inactivity time exceeded timeout while pulling image");
        registry.Asked.Count(kind => kind == "blobs").ShouldBe(5);
        waited.ShouldBeInRange(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(60));
    }

    [Fact]
    public async Task One_that_does_not_even_say_what_it_has_is_given_five_minutes_each_time()
    {
        await using var registry = await StartAsync();
        registry.Trouble = (_, _, gone) => BadRegistry.HoldAsync(gone);

        var (failure, waited) = await FailAsync(registry);

        failure.Message.ShouldBe("DockerTimeoutError: Could not transition to pullBegin; timed out after waiting 5m0s");
        waited.ShouldBeInRange(TimeSpan.FromMinutes(25), TimeSpan.FromMinutes(60));
    }

    [Fact]
    public async Task All_tries_together_have_their_time()
    {
        await using var registry = await StartAsync();
        registry.Trouble = (_, _, gone) => BadRegistry.HoldAsync(gone);

        var (failure, waited) = await FailAsync(registry, options => options with { ImagePullTimeout = TimeSpan.FromMinutes(12) });

        failure.Message.ShouldBe("DockerTimeoutError: Could not transition to pulled; timed out after waiting 12m0s");
        waited.ShouldBeInRange(TimeSpan.FromMinutes(12), TimeSpan.FromMinutes(13));
    }

    [Theory]
    [InlineData(404, "MANIFEST_UNKNOWN", 1)]
    [InlineData(403, "DENIED", 1)]
    [InlineData(500, "UNKNOWN", 5)]
    public async Task A_no_is_final_and_trouble_is_not(int status, string code, int tries)
    {
        await using var registry = await StartAsync();
        registry.Trouble = (http, _, _) => RefuseAsync(http, status, code);

        var (failure, _) = await FailAsync(registry);

        failure.Message.ShouldStartWith("CannotPullContainerError: Error response from daemon: ");
        registry.Asked.Count.ShouldBe(tries);
    }

    [Theory]
    [InlineData(ImagePullBehavior.Default)]
    [InlineData(ImagePullBehavior.PreferCached)]
    public async Task An_engine_that_cannot_say_whether_it_has_the_image_does_not_hide_what_the_registry_said(ImagePullBehavior behavior)
    {
        await using var registry = await StartAsync();
        registry.Trouble = (http, _, _) => RefuseAsync(http, 404);
        await using var gate = new EngineGate();
        gate.Fail("/json");

        var (failure, _) = await FailAsync(registry, options => options with { DockerHost = gate.Address, ImagePullBehavior = behavior });

        failure.Message.ShouldStartWith("CannotPullContainerError: Error response from daemon: ");
        failure.Message.ShouldNotContain("trouble", Case.Sensitive, "That is what the engine says of the image.");
        gate.Failed.ShouldNotBeEmpty();
    }

    /// <summary>An image that is there, or not, and a registry that has it, or says no, before each way to have images.</summary>
    [Theory]
    [InlineData(ImagePullBehavior.Default, false, true, "pulled")]
    [InlineData(ImagePullBehavior.Default, false, false, "failed")]
    [InlineData(ImagePullBehavior.Default, true, true, "pulled")]
    [InlineData(ImagePullBehavior.Default, true, false, "cached, with a warning")]
    [InlineData(ImagePullBehavior.Always, false, true, "pulled")]
    [InlineData(ImagePullBehavior.Always, false, false, "failed")]
    [InlineData(ImagePullBehavior.Always, true, true, "pulled")]
    [InlineData(ImagePullBehavior.Always, true, false, "failed")]
    [InlineData(ImagePullBehavior.Once, false, true, "pulled")]
    [InlineData(ImagePullBehavior.Once, false, false, "failed")]
    [InlineData(ImagePullBehavior.Once, true, true, "pulled")]    // Nothing says that this agent has pulled it.
    [InlineData(ImagePullBehavior.Once, true, false, "failed")]
    [InlineData(ImagePullBehavior.PreferCached, false, true, "pulled")]
    [InlineData(ImagePullBehavior.PreferCached, false, false, "failed")]
    [InlineData(ImagePullBehavior.PreferCached, true, true, "cached")]
    [InlineData(ImagePullBehavior.PreferCached, true, false, "cached")]
    public async Task Is_asked_as_the_pull_behaviour_has_it(ImagePullBehavior behavior, bool isCached, bool isWell, string outcome)
    {
        await using var registry = await StartAsync(layerBytes: 1000);
        if (isCached)
        {
            await PullAsync(registry, TimeProvider.System, options => options);
        }

        var asked = 0;
        registry.Trouble = (http, _, _) =>
        {
            Interlocked.Increment(ref asked);
            return isWell ? Task.FromResult(false) : RefuseAsync(http, 404);
        };

        string seen;
        try
        {
            var image = await PullAsync(registry, TimeProvider.System, options => options with { ImagePullBehavior = behavior });
            image.Digest.ShouldNotBeNull();
            seen = image switch { { Warning: not null } => "cached, with a warning", { StartedAt: null } => "cached", _ => "pulled" };
        }
        catch (ImagePullException failure)
        {
            failure.Message.ShouldStartWith("CannotPullContainerError: ");
            seen = "failed";
        }

        seen.ShouldBe(outcome);
        (asked == 0).ShouldBe(outcome == "cached");
    }

    [Theory]
    [InlineData(ImagePullBehavior.Once, false)]
    [InlineData(ImagePullBehavior.Always, true)]
    public async Task Is_asked_a_second_time_unless_an_image_is_to_be_pulled_once(ImagePullBehavior behavior, bool pulled)
    {
        await using var registry = await StartAsync(layerBytes: 1000);

        var second = await PullAsync([registry.Image], TimeProvider.System, options => options with { ImagePullBehavior = behavior }, times: 2);

        (second.Single().StartedAt is not null).ShouldBe(pulled);
        second.Single().Digest.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_slow_one_is_waited_for_as_long_as_more_comes()
    {
        await using var registry = await StartAsync();
        registry.Trouble = async (http, content, gone) =>
        {
            if (!http.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal))
            {
                return false;
            }

            http.Response.ContentLength = content.Length;
            foreach (var part in content.Chunk(content.Length / 10))
            {
                await http.Response.Body.WriteAsync(part, gone);
                await http.Response.Body.FlushAsync(gone);
                await Task.Delay(120, gone);
            }

            return true;
        };

        // In real time, which is what the engine paces its progress by. A part comes in a tenth of what it may take, all of it takes longer.
        var image = await PullAsync(registry, TimeProvider.System, options => options with { ImagePullInactivityTimeout = TimeSpan.FromSeconds(1.1) });

        image.Digest.ShouldNotBeNull();
        registry.Asked.Count(kind => kind == "blobs").ShouldBe(1);
    }

    [Fact]
    public async Task So_many_images_are_asked_for_at_once_and_the_rest_in_their_turn()
    {
        await using var registry = await StartAsync();
        var (asked, open) = (new ConcurrentDictionary<string, bool>(), new TaskCompletionSource());
        registry.Trouble = async (http, _, gone) =>
        {
            asked[http.Request.Path.Value!.Split('/')[3]] = true;    // v2, bad, the repository.
            await open.Task.WaitAsync(gone);
            return false;
        };
        string[] images = [.. Enumerable.Range(0, 3).Select(at => $"{registry.Image[..^2]}-{at}:1")];
        images.ShouldBeUnique();
        try
        {
            var pulling = PullAsync(images, TimeProvider.System, options => options with { ParallelPulls = 2 });
            await Machine.UntilAsync(() => Task.FromResult(asked.Count == 2));
            await Task.Delay(1000, TestContext.Current.CancellationToken);    // In which a third would have been asked for.
            asked.Count.ShouldBe(2);

            open.SetResult();
            (await pulling).ShouldAllBe(image => image.Digest != null);
            asked.Count.ShouldBe(3);
        }
        finally
        {
            await Engine.DockerAsync(["rmi", "-f", .. images]);
        }
    }

    private static async Task<bool> RefuseAsync(HttpContext http, int status, string code = "MANIFEST_UNKNOWN")
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync($$"""{"errors":[{"code":"{{code}}","message":"of no help"}]}""", http.RequestAborted);
        return true;
    }

    private async Task<BadRegistry> StartAsync(int layerBytes = 200_000)
    {
        Assert.SkipWhen(engine.Unavailable is not null, engine.Unavailable ?? "");
        return await BadRegistry.StartAsync(layerBytes);
    }

    /// <summary>Lets time pass until the pull has failed.</summary>
    private async Task<(ImagePullException Failure, TimeSpan Waited)> FailAsync(BadRegistry registry, Func<AgentOptions, AgentOptions>? change = null)
    {
        var began = clock.GetUtcNow();
        var pulling = PullAsync(registry, clock, change ?? (options => options));
        var tried = -1;
        while (!pulling.IsCompleted)
        {
            // A try takes the engine a moment of real time, in which little of the agent's should pass.
            await Task.WhenAny(pulling, Task.Delay(tried == registry.Asked.Count ? 10 : 150, TestContext.Current.CancellationToken));
            tried = registry.Asked.Count;
            clock.Advance(TimeSpan.FromSeconds(10));
        }

        var waited = clock.GetUtcNow() - began;
        return (await Should.ThrowAsync<ImagePullException>(pulling), waited);
    }

    private async Task<PulledImage> PullAsync(BadRegistry registry, TimeProvider time, Func<AgentOptions, AgentOptions> change) =>
        (await PullAsync([registry.Image], time, change)).Single();

    private async Task<PulledImage[]> PullAsync(string[] images, TimeProvider time, Func<AgentOptions, AgentOptions> change, int times = 1)
    {
        var token = TestContext.Current.CancellationToken;
        var options = change(new() { Endpoint = new("http://127.0.0.1:1"), Credentials = new("a", "b"), DataDirectory = folder });
        using var docker = new DockerEngine(options.DockerHost);
        await docker.NegotiateAsync(token);
        using var directory = new AgentDataDirectory(folder, NullLogger.Instance);
        using var client = new SignedClient(options, new SignatureClock(time));
        using var slots = new SemaphoreSlim(1);
        using var pulls = new SemaphoreSlim(options.ParallelPulls);
        var roles = new RoleCredentialsStore();
        var credentials = new RegistryCredentials(client, options, roles, new InputSource(client, options, roles, time, slots, NullLogger.Instance), time);
        var cleaner = new ImageCleaner(docker, directory, options, time, NullLogger.Instance);
        var puller = new ImagePuller(docker, credentials, cleaner, options, pulls, time, NullLogger.Instance, token);
        PulledImage[] pulled = [];
        for (var round = 1; round <= times; round++)
        {
            pulled = await Task.WhenAll(images.Select(image =>
                puller.PullAsync(new ContainerSpec { Name = "a", Image = image }, new TaskSpec { Arn = FakeBackend.NewTaskArn(), Family = "f", Version = "1" }, token)));
        }

        return pulled;
    }
}
