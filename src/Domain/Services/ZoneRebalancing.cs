namespace Berth.Domain;

/// <summary>Which services can have their tasks balanced over the zones.</summary>
public static class ZoneRebalancing
{
    private static readonly string ZoneField = $"attribute:{AttributeNames.AvailabilityZone}";

    /// <summary>Why a service with these settings can't be balanced; null when it can.</summary>
    public static string? Refusal(ServiceSettings settings) =>
        settings.SchedulingStrategy == SchedulingStrategy.Daemon ? "the scheduling strategy is DAEMON"
        : settings.DeploymentController != DeploymentController.Ecs ? "the deployment controller is not ECS"
        : settings.LaunchType == "EXTERNAL" ? "the launch type is EXTERNAL"
        : settings.DeploymentConfiguration.MaximumPercent <= 100 ? "maximumPercent is not greater than 100"
        : settings.PlacementStrategy is [var first, ..] && !(first.Type == "spread" && string.Equals(first.Field, ZoneField, StringComparison.OrdinalIgnoreCase))
            ? "the first placement strategy does not spread over Availability Zones"
        : settings.PlacementConstraints.Any(constraint => constraint.Expression?.Contains(AttributeNames.AvailabilityZone, StringComparison.Ordinal) == true)
            ? "a placement constraint names Availability Zones"
        : null;
}
