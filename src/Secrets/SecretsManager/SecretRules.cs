using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Berth.Domain;

namespace Berth.Secrets;

/// <summary>What Secrets Manager demands of the members of its requests.</summary>
internal static partial class SecretRules
{
    private const int MostStages = 20;

    public static string Name(string? name) => NamePattern.IsMatch(Invalid.Text(name, "name", 1, 512))
        ? name!
        : throw Invalid.Validation("Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!");

    public static string Id(string? id) => Invalid.Text(id, "secretId", 1, 2048);

    public static string? Description(string? description) => Invalid.Optional(description, "description", 2048);

    public static string? KmsKey(string? key) => Invalid.Optional(key, "kmsKeyId", 2048);

    public static string Stage(string? stage, string member) => Invalid.Text(stage, member, 1, 256);

    public static ImmutableArray<string> Stages(IReadOnlyList<string>? stages) =>
        stages is null ? [] : [.. Invalid.List(stages, "versionStages", MostStages).Select(stage => Stage(stage, "versionStages")).Distinct()];

    /// <summary>Refuses what secrets may have and nothing here carries out.</summary>
    public static void NotOffered(bool isSet, string member)
    {
        if (isSet)
        {
            throw Invalid.Validation($"{member} is not supported here.");
        }
    }

    public static IReadOnlyDictionary<string, IReadOnlyList<string>> StagesByVersion(Secret secret) =>
        secret.Versions.Where(version => !version.Stages.IsEmpty).ToDictionary(version => version.Id, version => (IReadOnlyList<string>)version.Stages);

    [GeneratedRegex(@"^[A-Za-z0-9/_+=.@!-]+\z")]
    private static partial Regex NamePattern { get; }
}
