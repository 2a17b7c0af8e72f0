using System.Text.Json;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Api;

/// <summary>What ECS demands of a network configuration, which the network mode awsvpc needs and no other takes.</summary>
internal static class NetworkConfigurationRules
{
    /// <summary>The configuration as it is stored; null for another network mode than awsvpc.</summary>
    public static JsonElement? Read(NetworkConfigurationShape? configuration, string networkMode, bool isFargate, EcsQuotas quotas)
    {
        var given = configuration?.AwsvpcConfiguration;
        if (networkMode != "awsvpc")
        {
            return given is null
                ? null
                : throw AwsException.InvalidParameter("Network Configuration is not valid for the given networkMode of this task definition.");
        }

        if (given is null)
        {
            throw AwsException.InvalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
        }

        if (given.Subnets is not { Count: > 0 } || given.Subnets.Exists(string.IsNullOrEmpty))
        {
            throw AwsException.InvalidParameter("subnets can not be empty.");
        }

        if (given.Subnets.Count > quotas.SubnetsPerNetworkConfiguration)
        {
            throw AwsException.InvalidParameter($"subnets can have at most {quotas.SubnetsPerNetworkConfiguration} items.");
        }

        if (given.SecurityGroups?.Count > quotas.SecurityGroupsPerNetworkConfiguration)
        {
            throw AwsException.InvalidParameter($"securityGroups can have at most {quotas.SecurityGroupsPerNetworkConfiguration} items.");
        }

        WireEnums.AssignPublicIp.Require(given.AssignPublicIp, "assignPublicIp");
        if (given.AssignPublicIp == "ENABLED" && !isFargate)
        {
            throw AwsException.InvalidParameter("Assign public IP is not supported for this launch type.");
        }

        var stored = new NetworkConfigurationShape
        {
            AwsvpcConfiguration = given with { SecurityGroups = given.SecurityGroups ?? [], AssignPublicIp = given.AssignPublicIp ?? "DISABLED" },
        };
        return JsonSerializer.SerializeToElement(stored, EcsJson.Shared.NetworkConfigurationShape);
    }
}
