using System.Globalization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>A task definition as a caller names it: <c>FAMILY</c>, <c>FAMILY:REVISION</c> or an ARN of either.</summary>
/// <param name="Family">The family; empty when the ARN is of another account or region, where nothing is found.</param>
/// <param name="Revision">The number; null for the newest ACTIVE one.</param>
internal readonly record struct TaskDefinitionReference(string Family, int? Revision)
{
    /// <summary>Reads a caller's text.</summary>
    public static TaskDefinitionReference Parse(string? text, RequestContext caller)
    {
        if (string.IsNullOrEmpty(text))
        {
            throw AwsException.Client("TaskDefinition can not be blank.");
        }

        var name = text;
        if (text.StartsWith("arn:", StringComparison.Ordinal))
        {
            var prefix = $"arn:aws:ecs:{caller.Region}:{caller.AccountId}:task-definition/";
            if (!text.StartsWith(prefix, StringComparison.Ordinal))
            {
                return new("", null);
            }

            name = text[prefix.Length..];
        }

        var at = name.IndexOf(':', StringComparison.Ordinal);
        if (at < 0)
        {
            return new(name, null);
        }

        return int.TryParse(name.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? new(name[..at], revision)
            : throw AwsException.InvalidParameter($"Invalid revision number. Number: {name[(at + 1)..]}");
    }

    /// <summary>The same for operations that want one certain revision.</summary>
    public static TaskDefinitionKey ParseRevision(string? text, RequestContext caller)
    {
        var (family, revision) = Parse(text, caller);
        return new(family, revision ?? throw AwsException.Client("Revision is missing."));
    }
}
