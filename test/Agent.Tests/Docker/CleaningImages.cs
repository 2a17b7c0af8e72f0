using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Agent.Tests;

/// <summary>Images that no task wants go; those that are wanted, used by a container or not the agent's stay.</summary>
public sealed class CleaningImages(Engine engine)
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Takes_the_longest_unused_first_and_not_too_many_at_once()
    {
        var images = new PulledImages { LastUsed = ImmutableDictionary.CreateRange(Enumerable.Range(0, 6).Select(at => KeyValuePair.Create($"i{at}", Noon.AddMinutes(-at)))) };

        images.Unused(new HashSet<string> { "i4" }, before: Noon.AddMinutes(-2), most: 2).ShouldBe(["i5", "i3"]);
    }

    [Fact]
    public async Task Removes_what_was_pulled_and_is_no_longer_used()
    {
        Assert.SkipWhen(engine.Unavailable is not null, engine.Unavailable ?? "");
        var names = new[] { "unused", "wanted", "running", "foreign" }.ToDictionary(name => name, name => $"berth-cleaning-{name}-{Guid.NewGuid().ToString("N")[..8]}:1");
        foreach (var name in names.Values)
        {
            // Images of their own, so that removing one removes more than a name.
            (await Engine.DockerAsync("import", "--change", $"LABEL name={name}", await EmptyArchiveAsync(), name)).Code.ShouldBe(0);
        }

        var container = (await Engine.DockerAsync("create", names["running"], "x")).Output;
        var folder = Path.Combine(Path.GetTempPath(), $"berth-cleaning-{Guid.NewGuid():N}");
        try
        {
            using var docker = new DockerEngine("unix:///var/run/docker.sock");
            await docker.NegotiateAsync(TestContext.Current.CancellationToken);
            using var directory = new AgentDataDirectory(folder, NullLogger.Instance);
            var options = new AgentOptions { Endpoint = new("http://127.0.0.1:1"), Credentials = new("a", "b"), DataDirectory = folder, ImageCleanupInterval = TimeSpan.FromMilliseconds(50), MinimumImageAge = TimeSpan.Zero };
            var wanted = TaskAcceptance.Accept(new TaskSpec { Arn = FakeBackend.NewTaskArn(), Family = "f", Version = "1", Containers = [new() { Name = "a", Image = names["wanted"], Essential = true }] }, Noon);
            new ImageCleaner(docker, directory, options, TimeProvider.System, NullLogger.Instance).Pulled(names["unused"]);
            var cleaner = new ImageCleaner(docker, directory, options, TimeProvider.System, NullLogger.Instance);    // As after a restart.
            cleaner.Pulled(names["wanted"]);
            cleaner.Pulled(names["running"]);
            cleaner.Used(names["foreign"]);
            var forgotten = new ConcurrentQueue<string>();

            using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var running = cleaner.RunAsync(() => [wanted], image =>
            {
                forgotten.Enqueue(image);
                return true;
            }, end.Token);
            await Machine.UntilAsync(() => Task.FromResult(!forgotten.IsEmpty));
            await Task.Delay(200, TestContext.Current.CancellationToken);    // Several more looks.
            await end.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

            forgotten.ShouldBe([names["unused"]]);
            (await Engine.DockerAsync("image", "inspect", names["unused"])).Code.ShouldNotBe(0);
            foreach (var stays in new[] { "wanted", "running", "foreign" })
            {
                (await Engine.DockerAsync("image", "inspect", names[stays])).Code.ShouldBe(0, stays);
            }
        }
        finally
        {
            await Engine.DockerAsync("rm", "-f", container);
            await Engine.DockerAsync(["rmi", "-f", .. names.Values]);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> EmptyArchiveAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), "berth-empty.tar");
        await File.WriteAllBytesAsync(path, new byte[10240], TestContext.Current.CancellationToken);
        return path;
    }
}
