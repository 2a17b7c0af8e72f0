using System.Text.Json;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>A capacity provider as the API tells it.</summary>
internal static class CapacityProviderAnswer
{
    public static CapacityProviderShape Of(CapacityProvider provider, RequestContext caller, bool withTags) => new()
    {
        CapacityProviderArn = Arn(provider.Name, caller),
        Name = provider.Name,
        Cluster = provider.Cluster is { } cluster ? $"arn:aws:ecs:{caller.Region}:{caller.AccountId}:cluster/{cluster}" : null,
        Status = provider.IsActive ? "ACTIVE" : "INACTIVE",
        AutoScalingGroupProvider = provider.Kind == CapacityProviderKind.Ec2AutoScaling
            ? provider.Settings.Deserialize(EcsJson.Shared.AutoScalingGroupProviderShape)
            : null,
        ManagedInstancesProvider = provider.Kind == CapacityProviderKind.ManagedInstances
            ? provider.Settings.Deserialize(EcsJson.Shared.ManagedInstancesProviderShape)
            : null,
        UpdateStatus = provider.Update switch
        {
            CapacityProviderUpdate.None => null,
            CapacityProviderUpdate.CreateComplete => "CREATE_COMPLETE",
            CapacityProviderUpdate.UpdateComplete => "UPDATE_COMPLETE",
            CapacityProviderUpdate.DeleteComplete => "DELETE_COMPLETE",
        },
        Tags = withTags ? Tags.Show(provider.Tags) : [],
        Type = provider.Kind switch
        {
            CapacityProviderKind.Ec2AutoScaling => "EC2_AUTOSCALING",
            CapacityProviderKind.ManagedInstances => "MANAGED_INSTANCES",
        },
    };

    /// <summary>FARGATE or FARGATE_SPOT, which nobody creates or deletes.</summary>
    public static CapacityProviderShape BuiltIn(string name, RequestContext caller) => new()
    {
        CapacityProviderArn = Arn(name, caller),
        Name = name,
        Status = "ACTIVE",
        Tags = [],
        Type = name,
    };

    public static string Arn(string name, RequestContext caller) => $"arn:aws:ecs:{caller.Region}:{caller.AccountId}:capacity-provider/{name}";
}
