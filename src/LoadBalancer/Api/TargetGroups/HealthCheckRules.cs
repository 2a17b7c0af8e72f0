using System.Globalization;
using Berth.Domain;

namespace Berth.LoadBalancer;

/// <summary>What health check settings a request may carry.</summary>
internal static class HealthCheckRules
{
    public static void Check(
        string? protocol,
        string? port,
        bool? enabled,
        string? path,
        int? intervalSeconds,
        int? timeoutSeconds,
        int? healthyThreshold,
        int? unhealthyThreshold,
        MatcherShape? matcher)
    {
        if ((protocol ?? "HTTP") != "HTTP")
        {
            throw Invalid.Configuration($"Health check protocol '{protocol}' is not supported here; only 'HTTP' is");
        }

        if (port is not (null or TargetGroupHealthCheck.TrafficPort)
            && !(int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 65535))
        {
            throw Invalid.Error($"Health check port '{port}' must be '{TargetGroupHealthCheck.TrafficPort}' or in the range 1-65535");
        }

        if (enabled == false)
        {
            throw Invalid.Configuration("Health checks cannot be disabled for target groups with target type 'instance' or 'ip'");
        }

        if (path is not null && (!path.StartsWith('/') || path.Length > 1024 || path.AsSpan().ContainsAnyExceptInRange('!', '~')))
        {
            throw Invalid.Error($"Health check path '{path}' must be a path that starts with '/' and has at most 1024 printable characters");
        }

        Invalid.InRange(intervalSeconds ?? 5, 5, 300, "healthCheckIntervalSeconds");
        Invalid.InRange(timeoutSeconds ?? 2, 2, 120, "healthCheckTimeoutSeconds");
        Invalid.InRange(healthyThreshold ?? 2, 2, 10, "healthyThresholdCount");
        Invalid.InRange(unhealthyThreshold ?? 2, 2, 10, "unhealthyThresholdCount");
        if (matcher?.GrpcCode is not null)
        {
            throw Invalid.Configuration("A gRPC matcher is not supported here");
        }

        if (matcher?.HttpCode is { } codes && HealthCheckMatcher.Parse(codes) is null)
        {
            throw Invalid.Error($"Health check matcher HTTP code '{codes}' must be within '200-499' inclusive");
        }
    }
}
