using System.Net.WebSockets;
using Berth.Domain;
using Berth.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Api.Tests;

public sealed class AnAgentLostWhileItConnects
{
    [Theory]
    [InlineData(0, typeof(OperationCanceledException))]
    [InlineData(0, typeof(StreamUnavailableException))]
    [InlineData(1, typeof(OperationCanceledException))]
    [InlineData(1, typeof(StreamUnavailableException))]
    [InlineData(1, typeof(RefusedException))]
    public async Task Is_gone_and_may_come_back(int after, Type loss)
    {
        await using var server = await EcsServer.StartAsync(agents: new(), configure: services => services
            .AddSingleton<StreamDirectory<ClusterAggregate, ClusterState, ClusterEvent>>()
            .AddSingleton(provider => new LostConnects(provider.GetRequiredService<StreamDirectory<ClusterAggregate, ClusterState, ClusterEvent>>()))
            .AddSingleton<IStreamDirectory<ClusterAggregate, ClusterState>>(provider => provider.GetRequiredService<LostConnects>()));
        var instance = await server.JoinAsync();
        var arn = $"arn:aws:ecs:us-east-1:000000000000:container-instance/default/{instance}";
        server.Http.Services.GetRequiredService<LostConnects>().Lose(after, loss == typeof(OperationCanceledException) ? new OperationCanceledException()
            : loss == typeof(StreamUnavailableException) ? new StreamUnavailableException("lost") : new RefusedException("InactiveInstanceException", "lost"));

        try
        {
            await using var lost = await OfficialAgent.OpenAcsAsync(server, "default", arn);
            after.ShouldBe(1, "The upgrade is refused before it.");
        }
        catch (WebSocketException) when (after == 0)
        {
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (await IsConnectedAsync())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
        }

        await using var back = await OfficialAgent.OpenAcsAsync(server, "default", arn);
        await back.AwaitAsync("TaskManifestMessage");
        (await IsConnectedAsync()).ShouldBeTrue();

        async Task<bool> IsConnectedAsync() =>
            (await server.AskAsync("DescribeContainerInstances", $$"""{"containerInstances":["{{instance}}"]}""")).GetProperty("containerInstances")[0].GetProperty("agentConnected").GetBoolean();
    }
}
