using System.Globalization;
using System.Text.RegularExpressions;

namespace Berth.Api;

/// <summary>What ECS demands of a log router and of the containers whose output goes to it.</summary>
/// <remarks>Sources: developer guide, "Send Amazon ECS logs to an AWS service or AWS Partner" and the pages below it.</remarks>
internal static partial class FirelensRules
{
    public const string LogDriver = "awsfirelens";

    /// <summary>How many lines Docker's driver keeps that the router has not taken.</summary>
    public const string BufferLimit = "log-driver-buffer-limit";

    /// <summary>Where a configuration is that the router includes: <c>file</c> or <c>s3</c>.</summary>
    public const string ConfigFileType = "config-file-type";

    private const string ConfigFileValue = "config-file-value";
    private const string Metadata = "enable-ecs-log-metadata";
    private const int MostBufferedLines = 536_870_912;

    /// <summary>Finds what is wrong with the router alone, or with how a container uses it.</summary>
    public static void Check(ContainerDefinitionRules.Scope scope)
    {
        CheckBuffer(scope);
        if (scope.Container.FirelensConfiguration is not { } firelens)
        {
            return;
        }

        scope.Require(WireEnums.FirelensConfigurationType, firelens.Type, "firelensConfiguration.type");
        if (firelens.Type is null)
        {
            scope.Setting("firelensConfiguration", "'firelensConfiguration.type' must be specified.");
        }

        CheckOptions(scope, firelens.Options ?? []);
        if (scope.Container.User is { } user && !UserPattern.IsMatch(user))
        {
            scope.Setting("user", "The user of a container with a firelensConfiguration must have one of the formats [uid, uid:gid, uid:group].");
        }
    }

    /// <summary>Finds what is wrong with the containers taken together.</summary>
    public static void Check(string? networkMode, List<ContainerDefinitionShape> containers, Problems problems)
    {
        var routers = containers.Count(container => container.FirelensConfiguration is not null);
        var last = containers.FindLastIndex(container => container.FirelensConfiguration is not null);
        problems.AddIf(routers > 1, $"containerDefinitions[{last}].firelensConfiguration", "Only one container in a task definition can have a firelensConfiguration.");
        var isUsed = containers.Exists(container => container.LogConfiguration?.LogDriver == LogDriver);
        problems.AddIf(
            routers > 0 && !isUsed,
            "containerDefinitions",
            "When a firelensConfiguration object is specified, at least one container has to be configured with the awsfirelens log driver.");
        problems.AddIf(
            routers == 0 && isUsed,
            "containerDefinitions",
            "When awsfirelens log driver is specified in log configuration, a firelens configuration object must be configured in one of the containers.");
        problems.AddIf(
            routers > 0 && networkMode == "none",
            $"containerDefinitions[{last}].firelensConfiguration",
            "A firelensConfiguration is not supported on container when networkMode=none.");
    }

    /// <summary>Whether the router's program runs as somebody else than root.</summary>
    public static bool IsNonRoot(ContainerDefinitionShape router) => router.User is { } user && user.Split(':')[0] != "0";

    [GeneratedRegex(@"^[0-9]+(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?\z")]
    private static partial Regex UserPattern { get; }

    private static void CheckOptions(ContainerDefinitionRules.Scope scope, Dictionary<string, string> options)
    {
        const string Path = "firelensConfiguration.options";
        if (options.Keys.FirstOrDefault(option => option is not (Metadata or ConfigFileType or ConfigFileValue)) is { } unknown)
        {
            scope.Setting(Path, $"The firelensConfiguration option '{unknown}' should be one of [{Metadata}, {ConfigFileType}, {ConfigFileValue}]");
        }

        if (options.TryGetValue(Metadata, out var adds) && adds is not ("true" or "false"))
        {
            scope.Setting(Path, $"The firelensConfiguration option '{Metadata}' should be one of [true, false]");
        }

        var value = options.GetValueOrDefault(ConfigFileValue);
        if (!options.TryGetValue(ConfigFileType, out var type))
        {
            if (value is not null)
            {
                scope.Setting(Path, $"The firelensConfiguration option '{ConfigFileValue}' requires the option '{ConfigFileType}'.");
            }
        }
        else if (type is not ("file" or "s3"))
        {
            scope.Setting(Path, $"The firelensConfiguration option '{ConfigFileType}' should be one of [file, s3]");
        }
        else if (string.IsNullOrEmpty(value))
        {
            scope.Setting(Path, $"The firelensConfiguration option '{ConfigFileType}' requires the option '{ConfigFileValue}'.");
        }
        else if (type == "s3" && !ObjectPattern.IsMatch(value))
        {
            scope.Setting(Path, $"The firelensConfiguration option '{ConfigFileValue}' should be the ARN of an object in Amazon S3.");
        }
    }

    [GeneratedRegex(@"^arn:[^:]+:s3:::[^/]+/.+\z")]
    private static partial Regex ObjectPattern { get; }

    private static void CheckBuffer(ContainerDefinitionRules.Scope scope)
    {
        if (scope.Container.LogConfiguration is { LogDriver: LogDriver, Options: { } options } && options.TryGetValue(BufferLimit, out var limit)
            && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var lines) && lines <= MostBufferedLines))
        {
            scope.Setting("logConfiguration.options", $"The log option '{BufferLimit}' must be between 0 and {MostBufferedLines}.");
        }
    }
}
