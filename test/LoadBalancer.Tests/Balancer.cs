using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Berth.Domain;

namespace Berth.LoadBalancer.Tests;

public sealed class Balancer
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Starts_from_its_disk_when_the_server_is_away()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var a = await world.BackendAsync("a");
        var (_, url, _) = await world.ServeAsync(a);
        await Await.Until(() => world.KeptConfiguration().Contains("\"healthy\"", StringComparison.Ordinal));
        await world.StopBalancerAsync();
        await world.StopServerAsync();
        a.HealthStatus = 500;    // So that only the health kept on disk can let requests through.

        world.StartBalancer();

        await Await.Until(() => AnswersAsync(world, url));
        (await world.Client.GetStringAsync(url, Cancelled)).ShouldBe("a");
    }

    [Fact]
    public async Task Serves_on_while_the_server_is_away_and_tells_it_afterwards_what_it_missed()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var (a, b) = (await world.BackendAsync("a"), await world.BackendAsync("b"));
        var (group, url, _) = await world.ServeAsync(a, b);
        await world.StopServerAsync();
        b.HealthStatus = 503;

        (await world.Client.GetStringAsync(url, Cancelled)).Length.ShouldBe(1);
        await Await.Until(async () => await world.Client.GetStringAsync(url) + await world.Client.GetStringAsync(url) == "aa");
        await world.StartServerAsync();

        await Await.Until(() => world.TargetOf(group, b)!.Health == TargetHealth.CodeMismatch(503));
        world.TargetOf(group, a)!.Health.ShouldBe(TargetHealth.Healthy);
    }

    [Fact]
    public async Task Loses_no_request_while_targets_come_and_go_under_load()
    {
        // Goal: rolling deployments lose nothing. Method: clients ask without pause while every target is replaced, one
        // at a time, each stopped as soon as its draining is over.
        await using var world = await World.StartAsync(withBalancer: true);
        var targets = new List<Backend> { await world.BackendAsync("0"), await world.BackendAsync("1") };
        var (group, url, _) = await world.ServeAsync([.. targets]);
        using var ending = new CancellationTokenSource();
        var failures = new ConcurrentQueue<string>();
        var asked = 0;
        var clients = Enumerable.Range(0, 8).Select(client => Task.Run(async () =>
        {
            while (!ending.IsCancellationRequested)
            {
                using var response = client % 2 == 0
                    ? await world.Client.GetAsync(url)
                    : await world.Client.PostAsync(new Uri(url, "/count"), new StringContent("body"));
                Interlocked.Increment(ref asked);
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    failures.Enqueue($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
                }
            }
        })).ToList();

        for (var replacement = 2; replacement < 10; replacement++)
        {
            var (fresh, old) = (await world.BackendAsync(replacement.ToString(System.Globalization.CultureInfo.InvariantCulture)), targets[0]);
            await world.RegisterAsync(group, fresh);
            await world.HealthyAsync(group, fresh);
            await world.DeregisterAsync(group, old);
            await Await.Until(() => world.TargetOf(group, old) is null);
            await old.DisposeAsync();
            targets.RemoveAt(0);
            targets.Add(fresh);
        }

        await ending.CancelAsync();
        await Task.WhenAll(clients);
        failures.ShouldBeEmpty();
        asked.ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task Reports_a_port_that_is_taken_serves_the_others_and_binds_it_once_it_is_free()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var a = await world.BackendAsync("a");
        var (group, url, _) = await world.ServeAsync(a);
        var balancer = world.State.LoadBalancers.Values.Single();
        var port = Ports.Free();
        using (var squatter = new TcpListener(IPAddress.Parse(balancer.Address), port))
        {
            squatter.Start();
            await world.ListenerAsync(balancer.Arn, port, group);

            await Await.Until(async () => await StateOfAsync(world) == "active_impaired");
            (await world.Client.GetStringAsync(url, Cancelled)).ShouldBe("a");
        }

        await Await.Until(async () => await StateOfAsync(world) == "active");
        (await world.Client.GetStringAsync(new Uri($"http://{balancer.Address}:{port}"), Cancelled)).ShouldBe("a");
    }

    [Fact]
    public async Task Closes_a_deleted_listener_and_leaves_the_others_alone()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var a = await world.BackendAsync("a");
        var (group, url, _) = await world.ServeAsync(a);
        var balancer = world.State.LoadBalancers.Values.Single();
        var other = new Uri($"http://{balancer.Address}:{Ports.Free()}");
        var listener = await world.ListenerAsync(balancer.Arn, other.Port, group);
        await Await.Until(() => AnswersAsync(world, other));
        var slow = world.Client.GetStringAsync(new Uri(url, "/slow"), Cancelled);
        await a.SlowBegun.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancelled);

        await world.CallAsync("DeleteListener", ("ListenerArn", listener));

        await Await.Until(async () => !await AnswersAsync(world, other));
        a.Release();
        (await slow).ShouldBe("a");
    }

    [Fact]
    public async Task Closes_everything_of_an_account_that_is_reset()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var (_, url, _) = await world.ServeAsync(await world.BackendAsync("a"));
        var reset = (Engine.IAccountReset)world.Services.GetService(typeof(Engine.IAccountReset))!;

        await reset.ResetAsync("000000000000", Cancelled);

        await Await.Until(async () => !await AnswersAsync(world, url));
        world.State.LoadBalancers.ShouldBeEmpty();
    }

    private static async Task<bool> AnswersAsync(World world, Uri url)
    {
        try
        {
            using var response = await world.Client.GetAsync(url);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<string> StateOfAsync(World world) =>
        (string)(await world.CallAsync("DescribeLoadBalancers"))["LoadBalancers"]![0]!["State"]!["Code"]!;
}
