using Berth.Wire;

namespace Berth.Logs;

/// <summary>The ways in which requests name a log group.</summary>
internal static class LogGroupNames
{
    private const string ArnSuffix = ":*";

    /// <summary>The group of the caller's account and region with this name.</summary>
    public static LogGroupId ByName(string? name, RequestContext context) =>
        new(context.AccountId, context.Region, Constraints.LogGroupName(name));

    /// <summary>By name or by identifier, which is a name or an ARN; one of the two must be given.</summary>
    public static LogGroupId ByNameOrIdentifier(string? name, string? identifier, RequestContext context) => (name, identifier) switch
    {
        (null, null) => throw AwsException.InvalidParameter("Either logGroupName or logGroupIdentifier must be specified."),
        (_, null) => ByName(name, context),
        (null, _) => ByIdentifier(identifier, context),
        _ => throw AwsException.InvalidParameter("LogGroup name and LogGroup ARN are mutually exclusive parameters."),
    };

    public static LogGroupId ByIdentifier(string? identifier, RequestContext context)
    {
        Constraints.Required(identifier, "logGroupIdentifier");
        return identifier.StartsWith("arn:", StringComparison.Ordinal)
            ? TryParseArn(identifier, context) ?? throw AwsException.InvalidParameter("Invalid log group ARN.")
            : new(context.AccountId, context.Region, Constraints.LogGroupName(identifier, "logGroupIdentifier"));
    }

    /// <summary>By a resource's ARN, with or without <c>:*</c> at its end.</summary>
    public static LogGroupId ByResourceArn(string? arn, RequestContext context)
    {
        Constraints.Required(arn, "resourceArn");
        return TryParseArn(arn, context) ?? throw LogsErrors.ResourceNotFound();
    }

    /// <summary>The group of an ARN of the caller's own account and region; another's is not found.</summary>
    private static LogGroupId? TryParseArn(string arn, RequestContext context)
    {
        var prefix = new LogGroupId(context.AccountId, context.Region, "").Arn;
        if (!arn.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var name = arn[prefix.Length..];
        name = name.EndsWith(ArnSuffix, StringComparison.Ordinal) ? name[..^ArnSuffix.Length] : name;
        return name.Length == 0 || name.Contains(':', StringComparison.Ordinal) ? null : new(context.AccountId, context.Region, name);
    }
}
