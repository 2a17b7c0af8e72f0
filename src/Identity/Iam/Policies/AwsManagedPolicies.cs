using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Identity;

/// <summary>A managed policy that every account has from the start and none can change.</summary>
internal sealed record AwsManagedPolicy(string Name, string Path, string VersionId, DateTimeOffset CreateDate, string Description, string Document)
{
    /// <summary>Its ARN.</summary>
    public string Arn { get; } = $"arn:aws:iam::aws:policy{Path}{Name}";

    /// <summary>Its id, the same everywhere.</summary>
    public string Id { get; } = UniqueId.Of("ANPA", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Path}{Name}"))));
}

/// <summary>AWS's own managed policies that ECS stacks attach; they are listed in <c>AwsManagedPolicies.json</c>.</summary>
internal static class AwsManagedPolicies
{
    private static readonly FrozenDictionary<string, AwsManagedPolicy> ByArn = Read().ToFrozenDictionary(policy => policy.Arn, StringComparer.Ordinal);

    /// <summary>All of them by name.</summary>
    public static ImmutableArray<AwsManagedPolicy> All { get; } = [.. ByArn.Values.OrderBy(policy => policy.Name, StringComparer.Ordinal)];

    /// <summary>The policy with the ARN; null when it is not one of these.</summary>
    public static AwsManagedPolicy? Find(string arn) => ByArn.GetValueOrDefault(arn);

    /// <summary>The ARN, or the refusal that it names a policy of AWS's that is not known here.</summary>
    public static string Check(string arn) =>
        arn.StartsWith(Domain.RolePolicies.AwsManagedPrefix, StringComparison.Ordinal) && Find(arn) is null ? throw IdentityRefusal.NoSuchPolicy(arn) : arn;

    /// <summary>The ARN of a policy that the account may change, or the refusal that it may not.</summary>
    public static string CheckOwn(string arn) =>
        arn.StartsWith(Domain.RolePolicies.AwsManagedPrefix, StringComparison.Ordinal)
            ? throw new AwsException("AccessDenied", 403, $"Policy {arn} is AWS's own; accounts cannot change it.")
            : arn;

    private static IEnumerable<AwsManagedPolicy> Read()
    {
        using var stream = typeof(AwsManagedPolicies).Assembly.GetManifestResourceStream("AwsManagedPolicies.json")!;    // Embedded by the project.
        return JsonSerializer.Deserialize(stream, AwsManagedPoliciesJson.Default.AwsManagedPolicyEntryArray)!
            .Select(entry => new AwsManagedPolicy(entry.Name, entry.Path ?? "/", entry.Version, entry.Created, entry.Description, entry.Document.GetRawText()));
    }
}

/// <summary>A policy as the file has it.</summary>
internal sealed record AwsManagedPolicyEntry(string Name, string? Path, string Version, DateTimeOffset Created, string Description, JsonElement Document);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AwsManagedPolicyEntry[]))]
internal sealed partial class AwsManagedPoliciesJson : JsonSerializerContext;
