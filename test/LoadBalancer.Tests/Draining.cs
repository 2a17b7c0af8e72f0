using System.Net;
using System.Net.WebSockets;
using Berth.Domain;

namespace Berth.LoadBalancer.Tests;

public sealed class Draining
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lets_a_request_finish_and_is_over_as_soon_as_it_has()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var (a, b) = (await world.BackendAsync("a"), await world.BackendAsync("b"));
        var (group, url, _) = await world.ServeAsync(a);
        var slow = world.Client.GetStringAsync(new Uri(url, "/slow"), Cancelled);
        await a.SlowBegun.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancelled);
        await world.RegisterAsync(group, b);
        await world.HealthyAsync(group, b);

        await world.DeregisterAsync(group, a);
        await Await.Until(async () => await world.Client.GetStringAsync(url) == "b" && await world.Client.GetStringAsync(url) == "b");

        world.TargetOf(group, a)!.Health.State.ShouldBe(TargetHealthState.Draining);
        slow.IsCompleted.ShouldBeFalse();
        a.Release();
        (await slow).ShouldBe("a");
        await Await.Until(() => world.TargetOf(group, a) is null);
    }

    [Fact]
    public async Task Is_over_at_once_when_nothing_is_in_flight()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var a = await world.BackendAsync("a");
        var (group, url, _) = await world.ServeAsync(a);
        await world.Client.GetStringAsync(url, Cancelled);

        await world.DeregisterAsync(group, a);

        await Await.Until(() => world.TargetOf(group, a) is null);
        using var response = await world.Client.GetAsync(url, Cancelled);
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Waits_for_web_sockets()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var a = await world.BackendAsync("a");
        var (group, url, _) = await world.ServeAsync(a);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{url.Authority}/echo"), Cancelled);

        await world.DeregisterAsync(group, a);
        await Await.Until(async () => (await world.Client.GetAsync(url)).StatusCode == HttpStatusCode.ServiceUnavailable);

        await socket.SendAsync("still here"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Cancelled);
        (await socket.ReceiveAsync(new byte[64], Cancelled)).Count.ShouldBe(10);
        world.TargetOf(group, a)!.Health.State.ShouldBe(TargetHealthState.Draining);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
        await Await.Until(() => world.TargetOf(group, a) is null);
    }

    [Fact]
    public async Task Ends_what_is_in_flight_when_the_target_is_gone()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var a = await world.BackendAsync("a");
        var (group, url, listener) = await world.ServeAsync(a);
        var slow = world.Client.GetAsync(new Uri(url, "/slow"), Cancelled);
        await a.SlowBegun.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancelled);
        await world.CallAsync(
            "ModifyTargetGroupAttributes",
            ("TargetGroupArn", group), ("Attributes.member.1.Key", "deregistration_delay.timeout_seconds"), ("Attributes.member.1.Value", 0));

        await world.DeregisterAsync(group, a);

        (await slow).StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        world.TargetOf(group, a).ShouldBeNull();
    }

    [Fact]
    public async Task Is_taken_back_when_the_target_is_registered_again()
    {
        await using var world = await World.StartAsync(withBalancer: true);
        var a = await world.BackendAsync("a");
        var (group, url, _) = await world.ServeAsync(a);
        var slow = world.Client.GetStringAsync(new Uri(url, "/slow"), Cancelled);
        await a.SlowBegun.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancelled);
        await world.DeregisterAsync(group, a);

        await world.RegisterAsync(group, a);

        await world.HealthyAsync(group, a);
        (await world.Client.GetStringAsync(url, Cancelled)).ShouldBe("a");
        a.Release();
        (await slow).ShouldBe("a");
        world.TargetOf(group, a).ShouldNotBeNull();
    }

    [Fact]
    public void Never_lets_a_request_in_after_it_was_reported_over()
    {
        // Goal: the order of entering and draining is strict. Method: many threads enter and leave one target while it is
        // drained; once it says it is drained, no entry may succeed.
        for (var round = 0; round < 200; round++)
        {
            var reports = 0;
            using var target = new TargetRuntime("g", new("127.0.0.1", 80), "127.0.0.1", _ => Interlocked.Increment(ref reports));
            var (isOver, late) = (false, 0);
            Parallel.For(0, 4, worker =>
            {
                if (worker == 0)
                {
                    Thread.SpinWait(round * 10);
                    target.Drain();
                    SpinWait.SpinUntil(() => target.IsDrained);
                    Volatile.Write(ref isOver, true);
                    return;
                }

                for (var turn = 0; turn < 2000; turn++)
                {
                    var wasOver = Volatile.Read(ref isOver);
                    if (target.TryEnter())
                    {
                        late += wasOver ? 1 : 0;
                        target.Exit();
                    }
                }
            });

            late.ShouldBe(0);
            target.IsDrained.ShouldBeTrue();
            reports.ShouldBeLessThanOrEqualTo(1);
        }
    }
}
