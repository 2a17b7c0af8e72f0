using Berth.Wire;

namespace Berth.Secrets;

/// <summary>What tags of Systems Manager are on: of all it has, parameters alone are here.</summary>
internal static class ParameterTags
{
    private static readonly string[] OtherTypes =
        ["Document", "ManagedInstance", "MaintenanceWindow", "PatchBaseline", "OpsItem", "OpsMetadata", "Automation", "Association"];

    public static string Parameter(string? resourceType, string? resourceId) => Invalid.Required(resourceType, "resourceType") switch
    {
        "Parameter" => Invalid.Text(resourceId, "resourceId", 1, 2048),
        var other when OtherTypes.Contains(other) => throw new AwsException("InvalidResourceType", 400, $"Resources of type {other} are not kept here."),
        _ => throw Invalid.Constraint("resourceType", $"Member must satisfy enum value set: [Parameter, {string.Join(", ", OtherTypes)}]"),
    };
}
