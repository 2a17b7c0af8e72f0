using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>What calls on task sets have in common.</summary>
internal static class TaskSetRules
{
    /// <summary>The cluster, which these calls have to name.</summary>
    public static string Cluster(string? text, RequestContext caller) =>
        string.IsNullOrEmpty(text) ? throw AwsException.InvalidParameter("Cluster can not be blank.") : EcsIdentifiers.Cluster(text, caller);

    public static double Scale(ScaleShape shape)
    {
        WireEnums.ScaleUnit.Require(shape.Unit, "scale.unit");
        return shape.Value is >= 0 and <= 100 ? shape.Value.Value : throw AwsException.InvalidParameter("scale.value must be between 0 and 100.");
    }

    /// <summary>An active service whose deployments somebody else makes.</summary>
    public static Service RequireExternal(ClusterState state, string name) => state.Services.GetValueOrDefault(name) switch
    {
        null => throw new AwsException("ServiceNotFoundException", 400, "Service not found."),
        { Status: not ServiceStatus.Active } => throw new AwsException("ServiceNotActiveException", 400, "Service was not ACTIVE."),
        { Settings.DeploymentController: DeploymentController.External } service => service,
        _ => throw AwsException.InvalidParameter("Amazon ECS only supports task sets for services with the EXTERNAL deployment controller."),
    };
}
