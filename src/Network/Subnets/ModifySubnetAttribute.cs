using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record ModifySubnetAttributeInput(
    AttributeBooleanValueShape? AssignIpv6AddressOnCreation,
    AttributeBooleanValueShape? MapPublicIpOnLaunch,
    string? SubnetId,
    AttributeBooleanValueShape? MapCustomerOwnedIpOnLaunch,
    string? CustomerOwnedIpv4Pool,
    AttributeBooleanValueShape? EnableDns64,
    string? PrivateDnsHostnameTypeOnLaunch,
    AttributeBooleanValueShape? EnableResourceNameDnsARecordOnLaunch,
    AttributeBooleanValueShape? EnableResourceNameDnsAAAARecordOnLaunch,
    int? EnableLniAtDeviceIndex,
    AttributeBooleanValueShape? DisableLniAtDeviceIndex);

/// <summary>Sets whether instances of a subnet get a public address; of the other attributes only the defaults will do.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html</remarks>
internal sealed class ModifySubnetAttribute(NetworkStreams streams) : IOperation<ModifySubnetAttributeInput, NoOutput>
{
    public async ValueTask<NoOutput> HandleAsync(ModifySubnetAttributeInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var id = Invalid.Required(request.SubnetId, "SubnetId");
        Invalid.Unsupported(request.AssignIpv6AddressOnCreation?.Value == true, "AssignIpv6AddressOnCreation");
        Invalid.Unsupported(request.MapCustomerOwnedIpOnLaunch?.Value == true || request.CustomerOwnedIpv4Pool is not null, "MapCustomerOwnedIpOnLaunch");
        Invalid.Unsupported(request.EnableDns64?.Value == true, "EnableDns64");
        Invalid.Unsupported((request.PrivateDnsHostnameTypeOnLaunch ?? "ip-name") != "ip-name", "PrivateDnsHostnameTypeOnLaunch");
        Invalid.Unsupported(request.EnableResourceNameDnsARecordOnLaunch?.Value == true, "EnableResourceNameDnsARecordOnLaunch");
        Invalid.Unsupported(request.EnableResourceNameDnsAAAARecordOnLaunch?.Value == true, "EnableResourceNameDnsAAAARecordOnLaunch");
        Invalid.Unsupported(request.EnableLniAtDeviceIndex is not null, "EnableLniAtDeviceIndex");
        var subnet = (await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)).Subnet(id);
        if (request.MapPublicIpOnLaunch?.Value is { } map)
        {
            await streams.ExecuteAsync(context, new ModifySubnetAttributes(subnet.Id, map), cancellationToken).ConfigureAwait(false);
        }

        return NoOutput.Instance;
    }
}
