using System.Collections.Immutable;
using System.Text.Json;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>What ECS demands of a cluster's name, settings and configuration.</summary>
internal static class ClusterRules
{
    private const int MostNamespaceLength = 1024;

    private static readonly ImmutableArray<string> InsightsValues = ["enabled", "disabled", "enhanced"];

    public static void CheckName(string name)
    {
        if (!TaskDefinitionRules.IsName(name))
        {
            throw AwsException.InvalidParameter("Cluster names can have up to 255 letters, digits, hyphens and underscores.");
        }
    }

    /// <summary>A request's settings; null when it has none.</summary>
    public static ImmutableArray<NamedValue>? Settings(List<ClusterSettingShape>? settings)
    {
        if (settings is not { Count: > 0 })
        {
            return null;
        }

        foreach (var setting in settings)
        {
            if (setting.Name is null || !WireEnums.ClusterSettingName.Allows(setting.Name) || setting.Value is null || !InsightsValues.Contains(setting.Value))
            {
                throw AwsException.InvalidParameter($"The cluster setting {setting.Name} with the value {setting.Value} is not valid.");
            }
        }

        return [.. settings.DistinctBy(setting => setting.Name).Select(setting => new NamedValue(setting.Name!, setting.Value!))];
    }

    /// <summary>A request's configuration as it is stored; null when it has none.</summary>
    public static JsonElement? Configuration(ClusterConfigurationShape? configuration)
    {
        if (configuration?.ExecuteCommandConfiguration is { } exec)
        {
            WireEnums.ExecuteCommandLogging.Require(exec.Logging, "logging");
            if (exec.Logging == "OVERRIDE" && exec.LogConfiguration is null)
            {
                throw AwsException.InvalidParameter("logConfiguration must be specified when the execute command logging is OVERRIDE.");
            }

            if (exec.Logging != "OVERRIDE" && exec.LogConfiguration is not null)
            {
                throw AwsException.InvalidParameter("logConfiguration can only be specified when the execute command logging is OVERRIDE.");
            }
        }

        return configuration is null ? null : JsonSerializer.SerializeToElement(configuration, EcsJson.Shared.ClusterConfigurationShape);
    }

    /// <summary>Takes a cluster's Service Connect defaults away, as an empty namespace asks.</summary>
    public static readonly JsonElement NoServiceConnectDefaults = JsonElement.Parse("null");

    /// <summary>A request's Service Connect defaults as they are stored; null when it has none.</summary>
    public static JsonElement? ServiceConnectDefaults(ClusterServiceConnectDefaultsRequestShape? defaults, bool mayBeNone)
    {
        if (defaults is null)
        {
            return null;
        }

        if (defaults.Namespace is not { } name || (name.Length == 0 && !mayBeNone) || name.Length > MostNamespaceLength)
        {
            throw AwsException.InvalidParameter($"serviceConnectDefaults.namespace must have 1 to {MostNamespaceLength} characters.");
        }

        if (name.Length == 0)
        {
            return NoServiceConnectDefaults;
        }

        if (!name.StartsWith("arn:", StringComparison.Ordinal) && name.AsSpan().ContainsAny("<>\"/"))
        {
            throw AwsException.InvalidParameter("serviceConnectDefaults.namespace must not contain <, >, \" or /.");
        }

        return JsonSerializer.SerializeToElement(new() { Namespace = defaults.Namespace }, EcsJson.Shared.ClusterServiceConnectDefaultsShape);
    }
}
