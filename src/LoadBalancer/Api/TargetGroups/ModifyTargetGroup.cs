using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record ModifyTargetGroupInput
{
    public string? TargetGroupArn { get; init; }

    public string? HealthCheckProtocol { get; init => field = Invalid.Given(value); }

    public string? HealthCheckPort { get; init => field = Invalid.Given(value); }

    public string? HealthCheckPath { get; init => field = Invalid.Given(value); }

    public bool? HealthCheckEnabled { get; init; }

    public int? HealthCheckIntervalSeconds { get; init; }

    public int? HealthCheckTimeoutSeconds { get; init; }

    public int? HealthyThresholdCount { get; init; }

    public int? UnhealthyThresholdCount { get; init; }

    public MatcherShape? Matcher { get; init; }
}

internal sealed record ModifyTargetGroupOutput(IReadOnlyList<TargetGroupShape> TargetGroups);

/// <summary>Changes the health check settings of a target group.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroup.html</remarks>
internal sealed class ModifyTargetGroup(LoadBalancingStreams streams) : IOperation<ModifyTargetGroupInput, ModifyTargetGroupOutput>
{
    public async ValueTask<ModifyTargetGroupOutput> HandleAsync(ModifyTargetGroupInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.Required(request.TargetGroupArn, "targetGroupArn");
        HealthCheckRules.Check(
            request.HealthCheckProtocol,
            request.HealthCheckPort,
            request.HealthCheckEnabled,
            request.HealthCheckPath,
            request.HealthCheckIntervalSeconds,
            request.HealthCheckTimeoutSeconds,
            request.HealthyThresholdCount,
            request.UnhealthyThresholdCount,
            request.Matcher);
        var group = await streams.ExecuteAsync(
            context,
            new Domain.ModifyTargetGroup(arn)
            {
                HealthCheckPort = request.HealthCheckPort,
                HealthCheckPath = request.HealthCheckPath,
                IntervalSeconds = request.HealthCheckIntervalSeconds,
                TimeoutSeconds = request.HealthCheckTimeoutSeconds,
                HealthyThreshold = request.HealthyThresholdCount,
                UnhealthyThreshold = request.UnhealthyThresholdCount,
                Matcher = request.Matcher?.HttpCode,
            },
            cancellationToken).ConfigureAwait(false);
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        return new([group.Shape(state)]);
    }
}
