using System.Globalization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>Writes and reads what daemons and their task definitions are named by.</summary>
internal static class DaemonArns
{
    /// <summary>The ARN of a daemon task definition.</summary>
    public static string TaskDefinition(TaskDefinitionKey key, RequestContext caller) => $"{TaskDefinitionPrefix(caller)}{key.Family}:{key.Revision}";

    /// <summary>The names of a daemon's cluster and of the daemon, out of its ARN.</summary>
    public static (string Cluster, string Name) Read(string? arn, RequestContext caller)
    {
        if (string.IsNullOrEmpty(arn))
        {
            throw AwsException.InvalidParameter("daemonArn can not be blank.");
        }

        var prefix = $"arn:aws:ecs:{caller.Region}:{caller.AccountId}:daemon/";
        return arn.StartsWith(prefix, StringComparison.Ordinal) && arn[prefix.Length..].Split('/') is [{ Length: > 0 } cluster, { Length: > 0 } name]
            ? (cluster, name)
            : throw AwsException.InvalidParameter("daemonArn is not a valid daemon ARN.");
    }

    /// <summary>A daemon task definition as <c>FAMILY</c>, <c>FAMILY:REVISION</c> or an ARN; without a number the newest ACTIVE one.</summary>
    public static (string Family, int? Revision) ReadTaskDefinition(string? text, string member, RequestContext caller)
    {
        if (string.IsNullOrEmpty(text))
        {
            throw AwsException.InvalidParameter($"{member} can not be blank.");
        }

        var name = text;
        if (text.StartsWith("arn:", StringComparison.Ordinal))
        {
            var prefix = TaskDefinitionPrefix(caller);
            name = text.StartsWith(prefix, StringComparison.Ordinal)
                ? text[prefix.Length..]
                : throw AwsException.InvalidParameter($"{member} is not a valid daemon task definition ARN.");
        }

        var at = name.IndexOf(':', StringComparison.Ordinal);
        if (at < 0)
        {
            return (name, null);
        }

        return int.TryParse(name.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? (name[..at], revision)
            : throw AwsException.InvalidParameter($"Invalid revision number. Number: {name[(at + 1)..]}");
    }

    private static string TaskDefinitionPrefix(RequestContext caller) => $"arn:aws:ecs:{caller.Region}:{caller.AccountId}:daemon-task-definition/";
}
