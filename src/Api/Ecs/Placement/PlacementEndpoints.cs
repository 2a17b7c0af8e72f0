using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Berth.Domain;
using Berth.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Api;

/// <summary>
/// <c>POST /_berth/explain</c> says where the next task would go and why not elsewhere; <c>POST /_berth/plan</c> where a
/// number of tasks would go. Both look at a state that is kept for them and place nothing, so the cluster's writer goes on.
/// </summary>
internal sealed class PlacementEndpoints(OperatorCalls calls, ClusterStreams clusters, TaskDefinitionLookup definitions, IIdSource ids)
{
    private const int UsualObstacles = 100;
    private const int MostObstacles = 10_000;

    public Task ExplainAsync(HttpContext http) => calls.AnswerAsync(http, PlacementJson.Default.PlacementExplanation, async (caller, body) =>
    {
        var question = Read(body);
        var most = question.Count ?? UsualObstacles;
        if (most is < 0 or > MostObstacles)
        {
            throw AwsException.InvalidParameter($"count must be between 0 and {MostObstacles}.");
        }

        var (state, service, request) = await FindAsync(question, Context(http, caller), http.RequestAborted).ConfigureAwait(false);
        var report = PlacementReport.Of(state, request, most, ids);
        return new PlacementExplanation
        {
            Subject = Subject(state, service, request),
            Feasible = report.Feasible,
            Next = report.Chosen is { } chosen ? new(chosen.Id, chosen.AvailabilityZone, 1) : null,
            Reasons = [.. report.Reasons.Select(count => new PlacementReasonShape(count.Reason, count.Subject, count.Instances))],
            Obstacles = [.. report.Obstacles.Select(PlacementObstacleShape.Of)],
        };
    });

    public Task PlanAsync(HttpContext http) => calls.AnswerAsync(http, PlacementJson.Default.PlacementPlanAnswer, async (caller, body) =>
    {
        var question = Read(body);
        var count = question.Count ?? 1;
        if (count is < 1 or > PlacementPlan.Most)
        {
            throw AwsException.InvalidParameter($"count must be between 1 and {PlacementPlan.Most}.");
        }

        var (state, service, request) = await FindAsync(question, Context(http, caller), http.RequestAborted).ConfigureAwait(false);
        var plan = PlacementPlan.Of(state, request, count, ids);
        return new PlacementPlanAnswer
        {
            Subject = Subject(state, service, request),
            Asked = count,
            Placed = plan.Steps.Length,
            Instances =
            [
                .. plan.Steps.GroupBy(instance => instance.Id, StringComparer.Ordinal)
                    .Select(steps => new PlacementChoiceShape(steps.Key, steps.First().AvailabilityZone, steps.Count()))
                    .OrderByDescending(choice => choice.Tasks).ThenBy(choice => choice.ContainerInstance, StringComparer.Ordinal),
            ],
            Closest = plan.Closest is { } closest ? PlacementObstacleShape.Of(closest) : null,
        };
    });

    private static PlacementQuestion Read(ReadOnlyMemory<byte> body)
    {
        var question = JsonSerializer.Deserialize(body.Span, PlacementJson.Default.PlacementQuestion);
        return string.IsNullOrEmpty(question?.Target) ? throw AwsException.InvalidParameter("target can not be blank.") : question;
    }

    private async ValueTask<(ClusterState State, Service? Service, PlacementRequest Request)> FindAsync(
        PlacementQuestion question, RequestContext caller, CancellationToken cancellationToken)
    {
        var state = await clusters.ReadAsync(caller, question.Cluster, cancellationToken).ConfigureAwait(false);
        var target = question.Target!;    // Checked when read.
        var name = target.StartsWith($"arn:aws:ecs:{caller.Region}:{caller.AccountId}:service/", StringComparison.Ordinal) ? target.Split('/')[^1] : target;
        if (state.Services.TryGetValue(name, out var service) && service.Primary is { } primary && state.TaskDefinitions.TryGetValue(primary.TaskDefinitionArn, out var used))
        {
            var request = PlacementRequest.Of(used, TaskDemand.Of(used, TaskOverride.None), service.Group, service.Settings.PlacementStrategy, service.Settings.PlacementConstraints);
            return (state, service, request with { Zones = TaskSubnet.Zones(state, used, service.Settings.NetworkConfiguration), Pool = InstancePool.Of(state, service.Settings.LaunchType, service.Settings.CapacityProviderStrategy) });
        }

        var definition = (await definitions.FindAsync(target, caller, cancellationToken).ConfigureAwait(false)).Definition;
        return (state, null, PlacementRequest.Of(definition, TaskDemand.Of(definition, TaskOverride.None), $"family:{definition.Family}", [], []));
    }

    private static PlacementSubjectShape Subject(ClusterState state, Service? service, PlacementRequest request) => new()
    {
        Cluster = state.Name,
        Service = service?.Name,
        TaskDefinition = request.Definition.Arn,
        Cpu = request.Demand.CpuUnits,
        Memory = request.Demand.MemoryMiB,
        Ports = [.. Ports(request.Demand.TcpPorts, "tcp"), .. Ports(request.Demand.UdpPorts, "udp")],
        Strategies = [.. request.Strategies.Select(strategy => strategy.Field is null ? strategy.Type : $"{strategy.Type}:{strategy.Field}")],
        Constraints = [.. request.Constraints.Select(constraint => constraint.Expression is null ? constraint.Type : $"{constraint.Type}: {constraint.Expression}")],
    };

    private static IEnumerable<string> Ports(ImmutableArray<int> ports, string protocol) =>
        ports.Select(port => string.Create(CultureInfo.InvariantCulture, $"{port}/{protocol}"));

    /// <summary>A call of Berth's own as the operations of an API see one.</summary>
    internal static RequestContext Context(HttpContext http, SignedCaller caller) => new()
    {
        AccountId = caller.Key.AccountId,
        Region = caller.Region,
        PrincipalArn = caller.Key.PrincipalArn,
        AccessKeyId = caller.Key.AccessKeyId,
        RequestId = http.TraceIdentifier,
        Authority = http.Request.Host.Value ?? "",
        Scheme = http.Request.Scheme,
        RemoteAddress = http.Connection.RemoteIpAddress ?? System.Net.IPAddress.Loopback,
    };
}

/// <summary>Puts the questions about placement into a server that has the ECS API.</summary>
public static class PlacementEndpointExtensions
{
    /// <summary>Maps <c>POST /_berth/explain</c> and <c>POST /_berth/plan</c>.</summary>
    public static void MapPlacement(this IEndpointRouteBuilder routes)
    {
        var endpoints = routes.ServiceProvider.GetRequiredService<PlacementEndpoints>();
        routes.MapPost("/_berth/explain", (RequestDelegate)endpoints.ExplainAsync);
        routes.MapPost("/_berth/plan", (RequestDelegate)endpoints.PlanAsync);
    }
}
