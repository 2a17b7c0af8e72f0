using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Tests;

/// <summary>The server here is a listener that answers as the front door would.</summary>
public sealed class AReadySystem : IAsyncLifetime
{
    private readonly TestDirectory directory = new();
    private readonly WebApplication server;
    private volatile string instances = "";

    public AReadySystem()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        server = builder.Build();
        server.UseRouting();
        server.MapGet("/healthz", (RequestDelegate)(http => http.Response.WriteAsync("ok")));
        server.MapPost("/", (RequestDelegate)(async http =>
        {
            var target = http.Request.Headers["X-Amz-Target"].ToString();
            http.Response.StatusCode = instances.Length == 0 || !http.Request.Headers.Authorization.ToString().Contains("/us-east-1/ecs/aws4_request", StringComparison.Ordinal) ? 400 : 200;
            await http.Response.WriteAsync(target.EndsWith(".ListContainerInstances", StringComparison.Ordinal) ? """{"containerInstanceArns":["a","b"]}""" : instances);
        }));
        server.MapPost("/_berth/reset", (RequestDelegate)(async http =>
        {
            http.Response.StatusCode = 403;
            await http.Response.WriteAsync("not you");
        }));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Installation Running => directory.Installation with { Settings = new(Port: new Uri(server.Urls.First()).Port, Instances: 2) };

    public async ValueTask InitializeAsync() => await server.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        directory.Dispose();
    }

    [Fact]
    public async Task Answers_has_its_balancers_configuration_and_all_its_instances()
    {
        using var readiness = new Readiness(Running, TimeProvider.System);
        (await UnmetAsync(readiness)).ShouldBe(["balancer", "container instances"]);

        await KeepConfigurationAsync();
        instances = """{"containerInstances":[{"agentConnected":true},{"agentConnected":false}]}""";
        (await UnmetAsync(readiness)).ShouldBe(["container instances"]);

        instances = """{"containerInstances":[{"agentConnected":true},{"agentConnected":true}]}""";
        (await readiness.WaitAsync(TimeSpan.FromSeconds(5), Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Is_waited_for_until_it_is_there()
    {
        await KeepConfigurationAsync();
        using var readiness = new Readiness(Running, TimeProvider.System);
        var waiting = readiness.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        waiting.IsCompleted.ShouldBeFalse();

        instances = """{"containerInstances":[{"agentConnected":true},{"agentConnected":true}]}""";

        (await waiting).ShouldBeEmpty();
    }

    [Fact]
    public async Task Is_told_from_one_that_does_not_answer()
    {
        var dead = Running;
        await server.StopAsync(Cancellation);
        using var readiness = new Readiness(dead, TimeProvider.System);

        (await readiness.WaitAsync(TimeSpan.FromMilliseconds(100), Cancellation)).Single().Detail.ShouldStartWith("does not answer at http://127.0.0.1:");
    }

    [Fact]
    public async Task Tells_why_it_refuses_a_reset()
    {
        using var api = new ApiClient(Running, TimeProvider.System);

        (await Should.ThrowAsync<CommandException>(() => api.ResetAsync(Cancellation))).Message.ShouldBe("The server answered 403: not you");
    }

    [Fact]
    public async Task Is_none_where_nothing_runs()
    {
        using var output = new StringWriter();

        (await StatusCommand.RunAsync(directory.Installation, output, TimeProvider.System, Cancellation)).ShouldBe(1);
        (await DownCommand.RunAsync(directory.Installation, tasks: false, erase: false, output, TimeProvider.System, Cancellation)).ShouldBe(0);

        output.ToString().ShouldBe($"Berth does not run over {directory.Path}.\nBerth was not running.\n");
    }

    [Fact]
    public async Task Is_erased_only_where_it_was()
    {
        using var output = new StringWriter();
        await File.WriteAllTextAsync(directory.File("precious"), "", Cancellation);

        (await Should.ThrowAsync<CommandException>(() => DownCommand.RunAsync(directory.Installation, tasks: false, erase: true, output, TimeProvider.System, Cancellation)))
            .Message.ShouldContain("does not look like Berth's data");
        File.Exists(directory.File("precious")).ShouldBeTrue();
    }

    /// <summary>As the balancer does once the server has told it what to serve.</summary>
    private async Task KeepConfigurationAsync()
    {
        Directory.CreateDirectory(directory.Installation.BalancerDirectory);
        await File.WriteAllTextAsync(directory.Installation.BalancerConfigurationPath, "{}", Cancellation);
    }

    private static async Task<string[]> UnmetAsync(Readiness readiness) =>
        [.. (await readiness.AskAsync(Cancellation)).Where(condition => !condition.IsMet).Select(condition => condition.What)];
}
