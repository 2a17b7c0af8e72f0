using System.Text.Json;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>A daemon task definition as the API tells it.</summary>
internal static class DaemonTaskDefinitionAnswer
{
    public static DaemonTaskDefinitionShape Of(DaemonTaskDefinition definition, RequestContext caller)
    {
        var shape = definition.Document.Deserialize(EcsJson.Shared.DaemonTaskDefinitionShape)!;    // Written as an object.
        shape.DaemonTaskDefinitionArn = DaemonArns.TaskDefinition(definition.Key, caller);
        shape.Revision = definition.Revision;
        shape.Status = WireName<DaemonTaskDefinitionStatus>.Of(definition.Status);
        shape.RegisteredAt = definition.RegisteredAt;
        shape.RegisteredBy = definition.RegisteredBy;
        shape.DeleteRequestedAt = definition.DeleteRequestedAt;
        return shape;
    }

    public static DaemonTaskDefinitionSummaryShape Summary(DaemonTaskDefinition definition, RequestContext caller) => new()
    {
        Arn = DaemonArns.TaskDefinition(definition.Key, caller),
        RegisteredAt = definition.RegisteredAt,
        RegisteredBy = definition.RegisteredBy,
        DeleteRequestedAt = definition.DeleteRequestedAt,
        Status = WireName<DaemonTaskDefinitionStatus>.Of(definition.Status),
    };
}
