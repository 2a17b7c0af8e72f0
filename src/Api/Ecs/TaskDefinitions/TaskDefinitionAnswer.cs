using System.Text.Json;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>A stored revision as the API tells it.</summary>
internal static class TaskDefinitionAnswer
{
    public static TaskDefinitionShape Of(RegisteredTaskDefinition registered)
    {
        var shape = registered.Definition.Document.Deserialize(EcsJson.Shared.TaskDefinitionShape)!;    // Written as an object.
        shape.TaskDefinitionArn = registered.Definition.Arn;
        shape.Revision = registered.Definition.Revision;
        shape.Status = StatusName(registered.Status);
        shape.RequiresAttributes = [.. registered.Definition.RequiresAttributes.Select(name => new AttributeShape { Name = name })];
        shape.Compatibilities = [.. registered.Definition.Compatibilities];
        shape.RegisteredAt = registered.RegisteredAt;
        shape.RegisteredBy = registered.RegisteredBy;
        shape.DeregisteredAt = registered.DeregisteredAt;
        shape.DeleteRequestedAt = registered.DeleteRequestedAt;
        return shape;
    }

    public static AwsException Unknown() => AwsException.Client("Unable to describe task definition.");

    public static TaskDefinitionStatus Status(string? name) => name switch
    {
        "INACTIVE" => TaskDefinitionStatus.Inactive,
        "DELETE_IN_PROGRESS" => TaskDefinitionStatus.DeleteInProgress,
        _ => TaskDefinitionStatus.Active,
    };

    private static string StatusName(TaskDefinitionStatus status) => status switch
    {
        TaskDefinitionStatus.Active => "ACTIVE",
        TaskDefinitionStatus.Inactive => "INACTIVE",
        TaskDefinitionStatus.DeleteInProgress => "DELETE_IN_PROGRESS",
    };
}
