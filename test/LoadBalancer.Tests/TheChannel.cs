using System.Net.WebSockets;
using System.Text.Json;
using Berth.Domain;
using Berth.Wire;

namespace Berth.LoadBalancer.Tests;

public sealed class TheChannel
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, null, "elasticloadbalancing")]
    [InlineData("AKIANOBODY", "a secret", "elasticloadbalancing")]
    [InlineData("AKIABALANCER", "another secret", "elasticloadbalancing")]
    [InlineData("AKIABALANCER", "a secret", "ecs")]
    [InlineData("AKIAROOT", "a secret", "elasticloadbalancing")]
    public async Task Is_closed_to_all_but_the_balancers_key(string? key, string? secret, string service)
    {
        await using var world = await World.StartAsync(withBalancer: false);

        using var socket = new ClientWebSocket();
        var refusal = await Should.ThrowAsync<WebSocketException>(() => ConnectAsync(socket, world, key is null ? null : new(key, secret!), service));

        refusal.Message.ShouldContain("403");
    }

    [Fact]
    public async Task Sends_the_configuration_on_connect_and_the_newest_after_changes_and_no_echo_of_health()
    {
        await using var world = await World.StartAsync(withBalancer: false);
        var group = await world.TargetGroupAsync();
        await world.ListenerAsync(await world.LoadBalancerAsync(), 8080, group);
        using var socket = new ClientWebSocket();
        await ConnectAsync(socket, world, new("AKIABALANCER", "a secret"), "elasticloadbalancing");

        (await ReceiveAsync(socket)).Listeners.Single().Port.ShouldBe(8080);

        await world.CallAsync("RegisterTargets", ("TargetGroupArn", group), ("Targets.member.1.Id", "10.0.0.1"));
        var target = (await ReceiveAsync(socket)).TargetGroups.Single().Targets.Single();
        target.Health.ShouldBe(TargetHealth.Registering);

        var report = new BalancerReport([new(group, target.Key, target.Generation, TargetHealth.Healthy)], [], null);
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(report, BalancerJson.Default.BalancerReport), WebSocketMessageType.Text, endOfMessage: true, Cancelled);
        await Await.Until(() => world.State.TargetsOf(group)[target.Key].Health == TargetHealth.Healthy);
        await world.CallAsync("DeregisterTargets", ("TargetGroupArn", group), ("Targets.member.1.Id", "10.0.0.1"));

        (await ReceiveAsync(socket)).TargetGroups.Single().Targets.Single().Health.ShouldBe(TargetHealth.Draining);
    }

    [Fact]
    public async Task Survives_messages_that_make_no_sense()
    {
        await using var world = await World.StartAsync(withBalancer: false);
        foreach (var nonsense in (string[])["", "null", "{", "[]", """{"health":[],"drained":[{"targetGroupArn":"x","target":{"id":"a","port":1},"generation":1}]}"""])
        {
            using var socket = new ClientWebSocket();
            await ConnectAsync(socket, world, new("AKIABALANCER", "a secret"), "elasticloadbalancing");
            await ReceiveAsync(socket);

            await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(nonsense), WebSocketMessageType.Text, endOfMessage: true, Cancelled);

            await Should.ThrowAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[1024], Cancelled));
        }

        using var another = new ClientWebSocket();
        await ConnectAsync(another, world, new("AKIABALANCER", "a secret"), "elasticloadbalancing");
        (await ReceiveAsync(another)).Listeners.ShouldBeEmpty();
    }

    private static async Task ConnectAsync(ClientWebSocket socket, World world, AwsCredentials? credentials, string service)
    {
        var address = new Uri(world.ServerUrl, BalancerEndpoint.Path);
        if (credentials is not null)
        {
            foreach (var (name, value) in SigV4.SignHeaders(credentials, "us-east-1", service, "GET", address, [], [], DateTimeOffset.UtcNow))
            {
                socket.Options.SetRequestHeader(name, value);
            }
        }

        await socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws" }.Uri, Cancelled);
    }

    private static async Task<BalancerConfiguration> ReceiveAsync(ClientWebSocket socket)
    {
        var message = (await socket.ReceiveMessageAsync(1 << 20, Cancelled)).ShouldNotBeNull();
        return JsonSerializer.Deserialize(message.Span, BalancerJson.Default.BalancerConfiguration)!;
    }
}
