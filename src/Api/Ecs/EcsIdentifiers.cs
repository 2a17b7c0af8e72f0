using Berth.Wire;

namespace Berth.Api;

/// <summary>Reads what callers name resources by: a short name or an ARN, in the region and account they call.</summary>
internal static class EcsIdentifiers
{
    private const string DefaultCluster = "default";

    /// <summary>A cluster's name; unset means <c>default</c>.</summary>
    /// <exception cref="AwsException">It is an ARN of something else, or elsewhere.</exception>
    public static string Cluster(string? text, RequestContext caller) => Cluster(text, caller.AccountId, caller.Region);

    /// <summary>The same, for a call that is none of the API's.</summary>
    /// <exception cref="AwsException">It is an ARN of something else, or elsewhere.</exception>
    public static string Cluster(string? text, string account, string region)
    {
        if (string.IsNullOrEmpty(text))
        {
            return DefaultCluster;
        }

        if (!IsArn(text))
        {
            return text;
        }

        var prefix = $"arn:aws:ecs:{region}:{account}:cluster/";
        return text.StartsWith(prefix, StringComparison.Ordinal) && text[prefix.Length..] is { Length: > 0 } name && !name.Contains('/', StringComparison.Ordinal)
            ? name
            : throw ClusterNotFound();
    }

    /// <summary>A task's id; what names one elsewhere is answered as it is, and is the id of none here.</summary>
    public static string Task(string? text, string cluster, RequestContext caller) =>
        HexId(text, cluster, caller, "task", "taskId", () => AwsException.InvalidParameter("Task can not be blank."));

    /// <summary>A container instance's id; what names one elsewhere is answered as it is, and is the id of none here.</summary>
    public static string ContainerInstance(string? text, string cluster, RequestContext caller) =>
        HexId(text, cluster, caller, "container-instance", "containerInstanceId", () => AwsException.Client("Container instance can not be blank."));

    /// <summary>A service's name; what names one elsewhere is answered as it is, and is the name of none here.</summary>
    public static string Service(string? text, string cluster, RequestContext caller) => string.IsNullOrEmpty(text)
        ? throw AwsException.InvalidParameter("Service cannot be empty.")
        : Tail(text, cluster, caller, "service");

    /// <summary>The ARN of something that is missing, so that the caller knows it again.</summary>
    /// <param name="id">What the methods above made of the caller's text.</param>
    /// <param name="arnOf">The ARN that it would have here.</param>
    public static string ArnOf(string id, Func<string, string> arnOf) => IsElsewhere(id) ? id : arnOf(id);

    /// <summary>Whether an identifier, once read, names something elsewhere.</summary>
    public static bool IsElsewhere(string id) => IsArn(id);

    private static bool IsArn(string text) => text.StartsWith("arn:", StringComparison.Ordinal);

    public static AwsException ClusterNotFound() => new("ClusterNotFoundException", 400, "Cluster not found.");

    private static string HexId(string? text, string cluster, RequestContext caller, string type, string name, Func<AwsException> blank)
    {
        if (string.IsNullOrEmpty(text))
        {
            throw blank();
        }

        var id = Tail(text, cluster, caller, type);
        return id.Length is 32 or 36 || IsElsewhere(id) ? id : throw AwsException.InvalidParameter($"{name} length should be one of [32,36]");
    }

    /// <summary>The last part of an ARN <c>…:TYPE/CLUSTER/ID</c>, or the text itself when it is none or of another partition, region or account.</summary>
    private static string Tail(string text, string cluster, RequestContext caller, string type)
    {
        if (!IsArn(text))
        {
            return text;
        }

        var colons = text.Split(':', 6);
        var parts = colons.Length == 6 ? colons[5].Split('/') : [];
        if (parts.Length is not (2 or 3) || parts[0] != type)
        {
            throw AwsException.InvalidParameter("Unexpected number of separators");
        }

        if (!text.StartsWith($"arn:aws:ecs:{caller.Region}:{caller.AccountId}:", StringComparison.Ordinal))
        {
            return text;
        }

        return parts.Length == 2 || parts[1] == cluster
            ? parts[^1]
            : throw AwsException.InvalidParameter($"Identifier is for cluster {parts[1]}. Your cluster is {cluster}");
    }
}
