using System.Collections.Immutable;
using System.Text.Json;
using Berth.Domain;
using Berth.Engine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Api.Tests;

/// <summary>Goal: a blue/green deployment moves a listener rule's weights. Method: the API and the router over real streams, with the agent's and the registrar's reports made by hand.</summary>
public sealed class ShiftingTrafficForReal
{
    [Fact]
    public async Task Moves_the_weights_of_the_listener_rule_and_waits_for_its_operator()
    {
        await using var server = await EcsServer.StartAsync();
        await server.JoinAsync();
        await server.RegisterDefinitionAsync("web");
        var (blue, green, rule) = await BalancerAsync(server);
        var clusters = server.Http.Services.GetRequiredService<IStreamDirectory<ClusterAggregate, ClusterState>>();
        var balancing = server.Http.Services.GetRequiredService<IStreamDirectory<LoadBalancingAggregate, LoadBalancingState>>();
        using var router = new TrafficRouter(() => clusters, () => balancing, TimeProvider.System, NullLogger<TrafficRouter>.Instance);
        await router.StartAsync(TestContext.Current.CancellationToken);
        var balancer = $$"""[{"targetGroupArn":"{{blue}}","containerName":"app","containerPort":80,"advancedConfiguration":{"alternateTargetGroupArn":"{{green}}","productionListenerRule":"{{rule}}","roleArn":"arn:aws:iam::000000000000:role/ecs"} }]""";
        var created = await server.AskAsync("CreateService", $$"""
            {"serviceName":"web","taskDefinition":"web","desiredCount":1,"loadBalancers":{{balancer}},
             "deploymentConfiguration":{"strategy":"BLUE_GREEN","bakeTimeInMinutes":0,"lifecycleHooks":[{"targetType":"PAUSE","lifecycleStages":["PRE_PRODUCTION_TRAFFIC_SHIFT"],"timeoutConfiguration":{"timeoutInMinutes":5,"action":"CONTINUE"},"hookDetails":{"ask":["me"]} }]} }
            """);
        created.GetProperty("service").GetProperty("deploymentConfiguration").GetProperty("lifecycleHooks").GetRawText().ShouldBe(
            """[{"targetType":"PAUSE","lifecycleStages":["PRE_PRODUCTION_TRAFFIC_SHIFT"],"hookDetails":{"ask":["me"]},"timeoutConfiguration":{"timeoutInMinutes":5,"action":"CONTINUE"}}]""");
        await HealthyAsync(server, blue);

        var rollout = (await server.AskAsync("UpdateService", """{"service":"web","forceNewDeployment":true}""")).GetProperty("service").GetProperty("currentServiceDeployment").GetString()!;
        await HealthyAsync(server, green);
        await LookAsync();
        var paused = await DescribeAsync(rollout);
        paused.GetProperty("lifecycleStage").GetString().ShouldBe("PRE_PRODUCTION_TRAFFIC_SHIFT");
        (await WeightsAsync()).ShouldBe((100, 0));
        var hook = paused.GetProperty("lifecycleHookDetails")[0];
        hook.GetProperty("status").GetString().ShouldBe("AWAITING_ACTION");

        await server.AskAsync("ContinueServiceDeployment", $$"""{"serviceDeploymentArn":"{{rollout}}","hookId":"{{hook.GetProperty("hookId").GetString()}}"}""");
        await LookAsync();

        (await WeightsAsync()).ShouldBe((0, 100));
        var revision = (await DescribeAsync(rollout)).GetProperty("targetServiceRevision");
        revision.GetProperty("requestedProductionTrafficWeight").GetDouble().ShouldBe(100);
        (await server.AskAsync("DescribeServiceRevisions", $$"""{"serviceRevisionArns":["{{revision.GetProperty("arn").GetString()}}"]}""")).GetProperty("serviceRevisions")[0]
            .GetProperty("resolvedConfiguration").GetRawText().ShouldBe($$"""{"loadBalancers":[{"targetGroupArn":"{{green}}","productionListenerRule":"{{rule}}"}]}""");
        (await server.RefusalAsync("ContinueServiceDeployment", $$"""{"serviceDeploymentArn":"{{rollout}}","hookId":"{{hook.GetProperty("hookId").GetString()}}","action":"ROLLBACK"}""")).Type.ShouldBe("InvalidParameterException");
        await router.StopAsync(TestContext.Current.CancellationToken);

        async Task<JsonElement> DescribeAsync(string arn) => (await server.AskAsync("DescribeServiceDeployments", $$"""{"serviceDeploymentArns":["{{arn}}"]}""")).GetProperty("serviceDeployments")[0];

        // What the engine's commits do; waits until the load balancer has been told.
        async Task LookAsync()
        {
            for (var look = 0; look < 500; look++)
            {
                var stream = await clusters.OpenAsync(StreamId.Cluster("000000000000", "us-east-1", "default"), TestContext.Current.CancellationToken);
                var state = await stream.QueryAsync(new ReadCluster(), TestContext.Current.CancellationToken);
                if (state.Services["web"].Rollout is not { } open
                    || (open.RoutedProductionPercent == open.ProductionPercent && open.Stage is not (LifecycleStage.ProductionTrafficShift or LifecycleStage.TestTrafficShift) && await HasBothGroupsAsync()))
                {
                    return;
                }

                ((ICommitObserver<ClusterState, ClusterEvent>)router).OnCommitted(new(StreamId.Cluster("000000000000", "us-east-1", "default"), 0, [], state));
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
            }
        }

        async Task<bool> HasBothGroupsAsync() => (await GroupsAsync()).Length == 2;

        async Task<(int Blue, int Green)> WeightsAsync()
        {
            var groups = await GroupsAsync();
            return (groups.Single(group => group.TargetGroupArn == blue).Weight, groups.Single(group => group.TargetGroupArn == green).Weight);
        }

        async Task<ImmutableArray<WeightedTargetGroup>> GroupsAsync()
        {
            var stream = await balancing.OpenAsync(StreamId.Of("loadbalancing", "000000000000", "us-east-1"), TestContext.Current.CancellationToken);
            var state = await stream.QueryAsync(new ReadLoadBalancing(), TestContext.Current.CancellationToken);
            return state.Rules[rule].Action.Forward!.TargetGroups;    // Made to forward.
        }
    }

    private static async Task<(string Blue, string Green, string Rule)> BalancerAsync(EcsServer server)
    {
        var streams = server.Http.Services.GetRequiredService<IStreamDirectory<LoadBalancingAggregate, LoadBalancingState>>();
        var stream = await streams.OpenAsync(StreamId.Of("loadbalancing", "000000000000", "us-east-1"), TestContext.Current.CancellationToken);
        var noTags = ImmutableSortedDictionary<string, string>.Empty;
        var blue = (await stream.ExecuteAsync(new CreateTargetGroup { Name = "blue", Protocol = "HTTP", Port = 80, TargetType = "instance", HealthCheck = new() }, TestContext.Current.CancellationToken)).Arn;
        var green = (await stream.ExecuteAsync(new CreateTargetGroup { Name = "green", Protocol = "HTTP", Port = 80, TargetType = "instance", HealthCheck = new() }, TestContext.Current.CancellationToken)).Arn;
        var balancer = (await stream.ExecuteAsync(new CreateLoadBalancer { Name = "web", Scheme = "internet-facing", VpcId = "vpc-1" }, TestContext.Current.CancellationToken)).Arn;
        var toBlue = new RoutingAction { Forward = new([new(blue, 1)]) };
        var listener = (await stream.ExecuteAsync(new CreateListener(balancer, 80, "HTTP", toBlue, noTags), TestContext.Current.CancellationToken)).Arn;
        var rule = (await stream.ExecuteAsync(new CreateRule(listener, 1, [new() { Field = "path-pattern", Values = ["/*"] }], toBlue, noTags), TestContext.Current.CancellationToken)).Arn;
        return (blue, green, rule);
    }

    /// <summary>Runs the service's waiting tasks and makes them healthy targets, as the agent and the registrar do.</summary>
    private static async Task HealthyAsync(EcsServer server, string group)
    {
        foreach (var arn in (await server.AskAsync("ListTasks", """{"serviceName":"web"}""")).GetProperty("taskArns").EnumerateArray())
        {
            var id = arn.GetString()!.Split('/')[^1];
            await server.AskAsync("SubmitTaskStateChange", $$"""{"cluster":"default","task":"{{id}}","status":"RUNNING"}""");
            var streams = server.Http.Services.GetRequiredService<IStreamDirectory<ClusterAggregate, ClusterState>>();
            var stream = await streams.OpenAsync(StreamId.Cluster("000000000000", "us-east-1", "default"), TestContext.Current.CancellationToken);
            var state = await stream.QueryAsync(new ReadCluster(), TestContext.Current.CancellationToken);
            if (state.Tasks[id].Targets.IsEmpty)
            {
                await server.ExecuteAsync("default", new ReportTaskTargetCommand(id, new(group, "i-1", 8080, TaskTargetState.Healthy)));
            }
        }
    }
}
