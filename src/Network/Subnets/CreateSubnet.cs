using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record CreateSubnetInput(
    [property: JsonPropertyName("TagSpecification")] IReadOnlyList<TagSpecificationShape>? TagSpecifications,
    string? AvailabilityZone,
    string? AvailabilityZoneId,
    string? CidrBlock,
    string? Ipv6CidrBlock,
    string? OutpostArn,
    string? VpcId,
    bool? DryRun,
    bool? Ipv6Native);

internal sealed record CreateSubnetOutput(SubnetShape Subnet);

/// <summary>Creates a subnet. It is a record: tasks are not put into networks of their own yet.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html</remarks>
internal sealed class CreateSubnet(NetworkStreams streams) : IOperation<CreateSubnetInput, CreateSubnetOutput>
{
    public async ValueTask<CreateSubnetOutput> HandleAsync(CreateSubnetInput request, RequestContext context, CancellationToken cancellationToken)
    {
        Invalid.Unsupported(request.Ipv6CidrBlock is not null || request.Ipv6Native == true, "Ipv6CidrBlock");
        Invalid.Unsupported(request.OutpostArn is not null, "OutpostArn");
        if (request is { AvailabilityZone: not null, AvailabilityZoneId: not null })
        {
            throw Invalid.Combination("Only one of AvailabilityZone and AvailabilityZoneId can be given.");
        }

        var zone = request.AvailabilityZoneId is not { } zoneId
            ? request.AvailabilityZone
            : DefaultNetwork.Zones(context.Region).FirstOrDefault(zone => DefaultNetwork.ZoneId(zone) == zoneId)
                ?? throw Invalid.Value($"Value ({zoneId}) for parameter availabilityZoneId is invalid.");
        var vpc = Invalid.Required(request.VpcId, "VpcId");
        var command = new Domain.CreateSubnet(vpc, Invalid.Cidr(request.CidrBlock, "cidrBlock"), zone, Invalid.Tags(request.TagSpecifications, "subnet"));
        Invalid.DryRun(request.DryRun);
        var subnet = await streams.ExecuteAsync(context, command, cancellationToken).ConfigureAwait(false);
        return new(subnet.Shape(await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)));
    }
}
