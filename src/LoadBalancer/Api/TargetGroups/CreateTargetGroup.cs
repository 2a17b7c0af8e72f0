using Berth.Domain;
using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record CreateTargetGroupInput
{
    public string? Name { get; init; }

    public string? Protocol { get; init; }

    public string? ProtocolVersion { get; init => field = Invalid.Given(value); }

    public int? Port { get; init; }

    public string? VpcId { get; init => field = Invalid.Given(value); }

    public string? HealthCheckProtocol { get; init => field = Invalid.Given(value); }

    public string? HealthCheckPort { get; init => field = Invalid.Given(value); }

    public bool? HealthCheckEnabled { get; init; }

    public string? HealthCheckPath { get; init => field = Invalid.Given(value); }

    public int? HealthCheckIntervalSeconds { get; init; }

    public int? HealthCheckTimeoutSeconds { get; init; }

    public int? HealthyThresholdCount { get; init; }

    public int? UnhealthyThresholdCount { get; init; }

    public MatcherShape? Matcher { get; init; }

    public string? TargetType { get; init => field = Invalid.Given(value); }

    public IReadOnlyList<TagShape>? Tags { get; init; }

    public string? IpAddressType { get; init => field = Invalid.Given(value); }
}

internal sealed record CreateTargetGroupOutput(IReadOnlyList<TargetGroupShape> TargetGroups);

/// <summary>Creates a target group for HTTP targets.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html</remarks>
internal sealed class CreateTargetGroup(LoadBalancingStreams streams) : IOperation<CreateTargetGroupInput, CreateTargetGroupOutput>
{
    public async ValueTask<CreateTargetGroupOutput> HandleAsync(CreateTargetGroupInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var name = Invalid.Name(request.Name, "Target group");
        var type = Invalid.OneOf(request.TargetType ?? "instance", "targetType", "instance", "ip", "lambda", "alb");
        if (type is not ("instance" or "ip"))
        {
            throw Invalid.Configuration($"Target type '{type}' is not supported here; 'instance' and 'ip' are");
        }

        var protocol = string.IsNullOrEmpty(request.Protocol) ? throw Invalid.Error("A protocol must be specified") : request.Protocol;
        if (protocol != "HTTP")
        {
            throw Invalid.Configuration($"Protocol '{protocol}' is not supported here for target groups; only 'HTTP' is");
        }

        if ((request.ProtocolVersion ?? "HTTP1") != "HTTP1")
        {
            throw Invalid.Configuration($"Protocol version '{request.ProtocolVersion}' is not supported here; only 'HTTP1' is");
        }

        if ((request.IpAddressType ?? "ipv4") != "ipv4")
        {
            throw Invalid.Configuration($"IP address type '{request.IpAddressType}' is not supported here; only 'ipv4' is");
        }

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
        var defaults = new TargetGroupHealthCheck();
        var check = new TargetGroupHealthCheck
        {
            Port = request.HealthCheckPort ?? defaults.Port,
            Path = request.HealthCheckPath ?? defaults.Path,
            IntervalSeconds = request.HealthCheckIntervalSeconds ?? defaults.IntervalSeconds,
            TimeoutSeconds = request.HealthCheckTimeoutSeconds
                ?? Math.Min(defaults.TimeoutSeconds, (request.HealthCheckIntervalSeconds ?? defaults.IntervalSeconds) - 1),
            HealthyThreshold = request.HealthyThresholdCount ?? defaults.HealthyThreshold,
            UnhealthyThreshold = request.UnhealthyThresholdCount ?? defaults.UnhealthyThreshold,
            Matcher = request.Matcher?.HttpCode ?? defaults.Matcher,
        };
        if (check.TimeoutSeconds >= check.IntervalSeconds)
        {
            throw Invalid.Error(TargetGroupHealthCheck.TimeoutNotBelowInterval);
        }

        var group = await streams.ExecuteAsync(
            context,
            new Domain.CreateTargetGroup
            {
                Name = name,
                Protocol = protocol,
                Port = Invalid.InRange(request.Port ?? throw Invalid.Error("A port must be specified"), 1, 65535, "port"),
                VpcId = request.VpcId,
                TargetType = type,
                HealthCheck = check,
                Tags = Invalid.Tags(request.Tags),
            },
            cancellationToken).ConfigureAwait(false);
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        return new([group.Shape(state)]);
    }
}
