using System.Text.Json;
using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Api;

/// <summary>What is told to <c>POST /_berth/alarms</c>.</summary>
internal sealed record AlarmReport
{
    /// <summary>The alarm that went off, by the name that deployments watch it by.</summary>
    public string? AlarmName { get; set; }

    /// <summary>The only cluster that is meant; null: every one of the account and region.</summary>
    public string? Cluster { get; set; }
}

/// <summary>What an alarm led to.</summary>
/// <param name="ServiceDeployments">The ARNs of the rollouts that failed by it.</param>
internal sealed record AlarmConsequences(List<string> ServiceDeployments);

/// <summary>
/// <c>POST /_berth/alarms</c> says that an alarm went off: rollouts that watch it fail, and go back where that was asked
/// for. Nothing here measures anything, so whoever does (a monitoring system's webhook, a person) says so. An alarm is an
/// event and not kept: as in ECS, one that went off before a deployment began does not stop it.
/// </summary>
internal sealed class AlarmsEndpoint(OperatorCalls calls, AccountStreams accounts, ClusterStreams clusters)
{
    private const int ClustersAtATime = 100;

    public Task AnswerAsync(HttpContext http) => calls.AnswerAsync(http, AlarmsJson.Default.AlarmConsequences, async (caller, body) =>
    {
        var report = JsonSerializer.Deserialize(body.Span, AlarmsJson.Default.AlarmReport);
        if (string.IsNullOrEmpty(report?.AlarmName))
        {
            throw AwsException.InvalidParameter("alarmName can not be blank.");
        }

        var context = PlacementEndpoints.Context(http, caller);
        var failed = new List<string>();
        if (report.Cluster is not null)
        {
            await FailAsync(context, (await clusters.ReadAsync(context, report.Cluster, http.RequestAborted).ConfigureAwait(false)).Name, report.AlarmName, failed, http.RequestAborted).ConfigureAwait(false);
            return new AlarmConsequences(failed);
        }

        string? after = null;
        while (await accounts.QueryAsync(context, new ListClustersQuery(after, ClustersAtATime), http.RequestAborted).ConfigureAwait(false) is [.., var last] names)
        {
            foreach (var name in names)
            {
                await FailAsync(context, name, report.AlarmName, failed, http.RequestAborted).ConfigureAwait(false);
            }

            after = last;
        }

        return new AlarmConsequences(failed);
    });

    private async Task FailAsync(RequestContext context, string cluster, string alarm, List<string> failed, CancellationToken cancellationToken)
    {
        if (await clusters.FindAsync(context, cluster, cancellationToken).ConfigureAwait(false) is not { } state)
        {
            return;
        }

        foreach (var service in state.Services.Values)
        {
            if (service.Rollout is { Alarms: RollbackMonitorStatus.Monitoring } rollout
                && service.Settings.DeploymentConfiguration.Alarms?.AlarmNames.Contains(alarm) == true
                && await clusters.ExecuteAsync(context, cluster, new ReportDeploymentAlarmsCommand(service.Name, [alarm]), cancellationToken).ConfigureAwait(false))
            {
                failed.Add(state.ServiceDeploymentArn(service.Name, rollout.Id));
            }
        }
    }
}

/// <summary>Puts the endpoint for alarms into a server that has the ECS API.</summary>
public static class AlarmsEndpointExtensions
{
    /// <summary>Maps <c>POST /_berth/alarms</c>.</summary>
    public static void MapAlarms(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/_berth/alarms", (RequestDelegate)routes.ServiceProvider.GetRequiredService<AlarmsEndpoint>().AnswerAsync);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(AlarmReport))]
[JsonSerializable(typeof(AlarmConsequences))]
internal sealed partial class AlarmsJson : JsonSerializerContext;
